"""The API of the scheduling app: hours, sessions, rooms."""
