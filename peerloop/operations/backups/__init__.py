"""Backups: copies of the database, its log of changes, and uploads (`manage.py backup`)."""
