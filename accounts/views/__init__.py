"""Pages of members: the door, the settings, the notices, the kept mails."""
