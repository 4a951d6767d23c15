"""Virus scans: by a task after commit, repeated by a sweep while the scanner is unavailable."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.events import FileRemoved
from accounts.files import clamd, storage
from accounts.files.actions.storing import clear_removed
from accounts.files.notifications import FILE_INFECTED
from accounts.models import File, UserMedia
from accounts.notifications.notify import notify
from peerloop.kit.events import announce
from peerloop.kit.providers import Unavailable

logger = logging.getLogger(__name__)

# A claim is a lease: when the worker dies, the sweep takes the file up again.
LEASE = timedelta(minutes=5)
LONGEST_PAUSE = 30
BATCH = 100
WAITING = {"scan": File.Scan.PENDING, "stored_at__isnull": False, "deleted_at": None}


def scan_file(*, file_id: uuid.UUID | str, at: datetime) -> bool:
    """Scan one file if it is pending; False if the scanner is unavailable and it stays pending.

    A bad file is removed and its owner notified. Safe to repeat, also concurrently.
    """
    waiting = File.objects.filter(pk=file_id, next_scan_at__lte=at, **WAITING)
    if not waiting.update(next_scan_at=at + LEASE, scan_tries=F("scan_tries") + 1):
        return True
    file = File.objects.select_related("owner").get(pk=file_id)
    try:
        with storage.opened(file.key) as content:
            verdict = clamd.scan(content)
    except (Unavailable, storage.StorageDown, FileNotFoundError) as error:
        logger.warning("file %s waits for its scan: %s", file.pk, error)
        pause = timedelta(minutes=min(2 ** min(file.scan_tries, 5), LONGEST_PAUSE))
        File.objects.filter(pk=file.pk, **WAITING).update(next_scan_at=at + pause)
        return getattr(error, "code", "") != clamd.AWAY
    if verdict.is_clean:
        File.objects.filter(pk=file.pk, **WAITING).update(
            scan=File.Scan.CLEAN, scanner=File.Scanner.CLAMD, next_scan_at=None, updated_at=at
        )
        return True
    logger.warning("file %s is bad: %s", file.pk, verdict.found)
    _take_away(file, at)
    clear_removed(at=at)
    return True


def scan_due(*, at: datetime) -> int:
    """Scan all due files; how many were looked at. Called by the sweep.

    Where a scanner is set, what was kept while none was set is scanned now.
    """
    if not clamd.is_set():
        _settle_without_scanner(at)
        return 0
    unscanned = {"scan": File.Scan.CLEAN, "scanner": File.Scanner.NONE, "deleted_at": None}
    File.objects.filter(**unscanned).update(
        scan=File.Scan.PENDING, scanner=File.Scanner.NOBODY, next_scan_at=at, updated_at=at
    )
    seen = 0
    while True:
        due = File.objects.filter(next_scan_at__lte=at, **WAITING).order_by("next_scan_at")
        ids = list(due.values_list("pk", flat=True)[:BATCH])
        for file_id in ids:
            seen += 1
            # Each attempt at a hanging scanner takes a minute: the rest waits for the next sweep.
            if not scan_file(file_id=file_id, at=at):
                return seen
        if len(ids) < BATCH:
            return seen


def _settle_without_scanner(at: datetime) -> None:
    """Release files that wait for a scanner that is no longer configured."""
    File.objects.filter(**WAITING).update(
        scan=File.Scan.CLEAN, scanner=File.Scanner.NONE, next_scan_at=None, updated_at=at
    )


@transaction.atomic
def _take_away(file: File, at: datetime) -> None:
    removed = File.objects.filter(pk=file.pk, **WAITING).update(
        scan=File.Scan.BAD,
        scanner=File.Scanner.CLAMD,
        next_scan_at=None,
        deleted_at=at,
        updated_at=at,
    )
    if not removed:
        return
    UserMedia.objects.filter(file=file).delete()
    announce(FileRemoved(file_id=file.pk, owner_id=file.owner_id, purpose=file.purpose, at=at))
    notify(FILE_INFECTED, people=[file.owner], key=file.pk, file=file.name, at=at)
