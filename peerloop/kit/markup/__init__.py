"""UI components: functions that return safe HTML, registered in ``templatetags/ui.py``."""
