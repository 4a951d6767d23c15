"""The components of pages: functions that return safe markup, named in ``templatetags/ui.py``."""
