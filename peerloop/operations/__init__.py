"""For operators: the checks of `manage.py doctor`, the health probe, heartbeats."""
