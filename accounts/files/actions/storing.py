"""Storing and removing files. The row is written first, so that a sweep finds what broke off.

A row without ``stored_at`` is a write that did not end; one with ``deleted_at`` and without
``erased_at`` has content that is still to go. Nothing lies in the storage that no row names.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum

from accounts.files import clamd, storage
from accounts.files.checking import Checked, checked, checked_own
from accounts.files.kinds import PICTURE
from accounts.files.pictures import Made, reencoded
from accounts.files.purposes import made_by_us, rules_of
from accounts.models import File, User
from accounts.models.files import Purpose
from peerloop.kit.refusals import LimitReached
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)

# A write that takes longer than this has failed.
WRITE_ENDS = timedelta(hours=1)
BATCH = 200
REMOVED_NAME = "removed"
MEGABYTE = 1024 * 1024


class QuotaReached(LimitReached):
    """The quota of the member is used up."""

    code = "quota_reached"


def store_file(
    *, owner: User, purpose: Purpose, upload: Any, focus: str = "middle", at: datetime
) -> File:
    """Check an upload, store it for its owner, and have it scanned after commit (RES-2, FIL-1..4).

    ``upload`` is a Django upload; ``focus`` says which part of a picture a crop keeps. Pictures are
    made anew in all widths of the purpose; nothing else of them is kept. Raises Invalid naming the
    field ``file`` (or ``focus``), QuotaReached, OutsideDown. Not safe to repeat: each call keeps
    one more file. Call it outside a transaction: it writes to the storage.
    """
    found = checked(upload, purpose=purpose)
    _refuse_beyond_quota(owner, found.size)
    if found.kind.family != PICTURE:
        file = _row(owner, purpose, found, at)
        return _kept(file, lambda: storage.write(file.key, found.content), at)
    cut = rules_of(purpose).cut
    made = reencoded(found.content.read(), kind=found.kind, cut=cut, focus=focus)
    file = _row(owner, purpose, found, at, made)
    return _kept(file, lambda: store_versions(file, made), at)


def store_own_file(
    *, owner: User, purpose: Purpose, content: IO[bytes], stem: str, at: datetime
) -> File:
    """Store what one of our own servers made, such as a recording; ``stem`` is its name.

    Checked by content and size like an upload, but without a quota and a scan. Raises Invalid,
    OutsideDown. Not safe to repeat: each call keeps one more file. Call it outside a transaction.
    """
    found = checked_own(content, stem=stem, purpose=purpose)
    file = _unsaved(owner, purpose, found, at)
    file.scan, file.scanner, file.next_scan_at = File.Scan.CLEAN, File.Scanner.OWN_SERVER, None
    file.save(force_insert=True)
    return _kept(file, lambda: storage.write(file.key, found.content), at)


def store_versions(file: File, made: Made) -> None:
    """Write all versions of a picture; raises OutsideDown."""
    for width, content in made.versions.items():
        storage.write(file.key, content, width)


def picture_row(owner: User, purpose: Purpose, name: str, made: Made, at: datetime) -> File:
    """The unsaved row of a re-encoded picture; it needs no scan."""
    largest = made.versions[max(made.versions)]
    return File(
        owner=owner,
        purpose=purpose,
        name=name,
        content_type="image/webp",
        size=made.size,
        sha256=hashlib.sha256(largest).hexdigest(),
        width=made.width,
        height=made.height,
        widths=sorted(made.versions),
        scan=File.Scan.CLEAN,
        scanner=File.Scanner.MADE_ANEW,
        created_at=at,
        updated_at=at,
    )


def remove_file(*, file: File, at: datetime) -> None:
    """Remove a file for everybody; its content is deleted after commit. Safe to repeat."""
    remove_files(files=Q(pk=file.pk), at=at)


def remove_files(*, files: Q, at: datetime) -> int:
    """Remove all files that match; how many there were."""
    removed = File.objects.filter(files, deleted_at=None).update(deleted_at=at, updated_at=at)
    if removed:
        enqueue("accounts.clear_files")
    return removed


def clear_removed(*, at: datetime) -> int:
    """Delete the contents of removed files and failed writes; how many. Called by the sweep.

    Safe to repeat and to run twice at once. While the storage is away everything stays as it is.
    """
    File.objects.filter(stored_at=None, deleted_at=None, created_at__lt=at - WRITE_ENDS).update(
        deleted_at=at, updated_at=at
    )
    cleared = 0
    due = File.objects.filter(deleted_at__isnull=False, erased_at=None).order_by("created_at")
    while files := list(due[:BATCH]):
        for file in files:
            try:
                storage.discard(file.key, file.widths)
            except storage.StorageDown:
                return cleared
            # The name was given by the member: it is blanked with the content.
            File.objects.filter(pk=file.pk).update(erased_at=at, name=REMOVED_NAME, updated_at=at)
            cleared += 1
    return cleared


def used_bytes(owner: User) -> int:
    """How many bytes of uploads the member stores: one query."""
    live = File.objects.filter(owner=owner, deleted_at=None).exclude(purpose__in=made_by_us())
    return live.aggregate(total=Sum("size"))["total"] or 0


def _row(
    owner: User, purpose: Purpose, found: Checked, at: datetime, made: Made | None = None
) -> File:
    """Insert the row, which counts in the quota; the owner's row is locked meanwhile."""
    if made is not None:
        file = picture_row(owner, purpose, found.name, made, at)
    else:
        file = _unsaved(owner, purpose, found, at)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        _refuse_beyond_quota(owner, file.size)
        file.save(force_insert=True)
    return file


def _unsaved(owner: User, purpose: Purpose, found: Checked, at: datetime) -> File:
    """The unsaved row of anything but a picture; it waits for its scan where a scanner is set."""
    return File(
        owner=owner,
        purpose=purpose,
        name=found.name,
        content_type=found.kind.content_type,
        size=found.size,
        sha256=found.sha256,
        scan=File.Scan.PENDING if clamd.is_set() else File.Scan.CLEAN,
        scanner=File.Scanner.NOBODY if clamd.is_set() else File.Scanner.NONE,
        next_scan_at=at if clamd.is_set() else None,
        created_at=at,
        updated_at=at,
    )


def _refuse_beyond_quota(owner: User, size: int) -> None:
    most = settings.FILES_QUOTA_BYTES
    if used_bytes(owner) + size > most:
        words = f"You keep {most // MEGABYTE} MB here already. Remove a file you no longer need."
        raise QuotaReached(words, fields={"file": [words]})


def _kept(file: File, write: Callable[[], None], at: datetime) -> File:
    """Write the content, then mark the row as stored."""
    try:
        write()
    except storage.StorageDown:
        remove_file(file=file, at=at)
        raise
    with transaction.atomic():
        stands = File.objects.filter(pk=file.pk, deleted_at=None)
        if not stands.update(stored_at=at, updated_at=at):
            raise storage.StorageDown
        if file.scan == File.Scan.PENDING:
            enqueue("accounts.scan_file", file_id=str(file.pk))
    file.stored_at = at
    return file
