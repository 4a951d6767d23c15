"""Backups of the database and uploads."""

from peerloop.kit import environment as env
from peerloop.settings.base import DATABASE_URL

BACKUP_FOLDER = env.text("BACKUP_FOLDER")
BACKUP_EVERY_HOURS = env.number("BACKUP_EVERY_HOURS", 24, least=1, most=744)
BACKUP_KEEP_DAYS = env.number("BACKUP_KEEP_DAYS", 14, least=1, most=3_650)
# Straight to PostgreSQL, where DATABASE_URL leads through a pooler.
BACKUP_DATABASE_URL = env.text("BACKUP_DATABASE_URL") or DATABASE_URL
# Folders of PostgreSQL's programs (unset: those in PATH) and of its data.
POSTGRES_PROGRAMS = env.text("POSTGRES_PROGRAMS")
POSTGRES_DATA = env.text("POSTGRES_DATA")
