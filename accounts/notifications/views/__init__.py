"""The notification centre, preferences, and mails in development."""
