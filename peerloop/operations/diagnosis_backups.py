"""Checks of backups: whether there is a new one, and whether changes are received."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from peerloop.operations.backups.folder import BackupFolder
from peerloop.operations.backups.following import SLOT
from peerloop.operations.findings import OK, PROBLEM, WARNING, Finding

CURE = "Run manage.py backup --follow, under a supervisor (docs/operations.md)."
# A backup that failed is tried again each minute, so one that is twice too old has failed often.
PATIENCE = 2


def check_backups(subject: str) -> Iterator[Finding]:
    """The newest backup of BACKUP_FOLDER, where this machine sees it, and the receiver of changes,
    which the database knows wherever it runs."""
    received = unreceived_bytes()
    if received is None and not settings.BACKUP_FOLDER:
        level = OK if settings.DEBUG else WARNING
        yield Finding(level, subject, "no backup is known here", CURE)
        return
    yield from _folder(subject)
    if received is None:
        yield Finding(PROBLEM, subject, "no changes are received since the newest backup", CURE)
    elif not received[1]:
        text = (
            f"nobody receives changes: {received[0] / 1024**2:.0f} MB wait on the database's disk"
        )
        yield Finding(PROBLEM, subject, text, CURE)
    else:
        yield Finding(
            OK, subject, f"changes are received, {received[0] / 1024:.0f} KB on their way"
        )


def unreceived_bytes() -> tuple[int, bool] | None:
    """How much of the log waits for its receiver, and whether that is connected; None: there is
    no receiver."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), restart_lsn)::bigint, active"
            " FROM pg_replication_slots WHERE slot_name = %s AND restart_lsn IS NOT NULL",
            [SLOT],
        )
        row = cursor.fetchone()
    return None if row is None else (max(0, row[0]), row[1])


def _folder(subject: str) -> Iterator[Finding]:
    if not settings.BACKUP_FOLDER:
        return
    bases = BackupFolder(Path(settings.BACKUP_FOLDER)).bases()
    if not bases:
        yield Finding(PROBLEM, subject, f"{settings.BACKUP_FOLDER} holds no backup", CURE)
        return
    age = datetime.now(UTC) - bases[-1].usable_from
    text = f"the newest backup is {age.total_seconds() / 3600:.0f} hours old"
    if age > PATIENCE * timedelta(hours=settings.BACKUP_EVERY_HOURS):
        yield Finding(PROBLEM, subject, text, CURE)
    else:
        yield Finding(OK, subject, text)
