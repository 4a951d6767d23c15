"""Exports of a member's data: requested, made by a task, stored for a week (PRI-3)."""

import logging
import tempfile
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.files import storage
from accounts.models import DataExport, User
from accounts.models.files import new_key
from accounts.notifications.notify import notify
from accounts.privacy.archive import write_archive
from accounts.privacy.notifications import DATA_EXPORT_READY
from peerloop.kit.refusals import Conflict, Gone, TooMany
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
BETWEEN = timedelta(days=1)
# How long a claim is valid: afterwards another worker takes over.
LEASE = timedelta(minutes=15)
MOST_TRIES = 3
# Up to here in memory, beyond it on disk while it is made.
IN_MEMORY = 4 * 1024 * 1024


class ExportUnderWay(Conflict):
    """An export is being made already."""

    code = "export_under_way"
    message = "A copy is being made already. We tell you when it's ready."


@transaction.atomic
def ask_for_export(*, user: User, at: datetime) -> DataExport:
    """Request an export of everything that we store about the member; at most one a day.

    Raises ExportUnderWay, or TooMany with the time to wait. One that failed does not count.
    """
    newest = DataExport.objects.filter(user=user).order_by("-created_at").first()
    if newest is not None and newest.status != DataExport.Status.FAILED:
        if newest.status == DataExport.Status.QUEUED:
            raise ExportUnderWay
        free_at = newest.created_at + BETWEEN
        if free_at > at:
            wait = int((free_at - at).total_seconds()) + 1
            raise TooMany("One copy a day. Ask again tomorrow.", retry_after=wait)
    try:
        with transaction.atomic():
            export = DataExport.objects.create(
                user=user, next_try_at=at, created_at=at, updated_at=at
            )
    except IntegrityError:
        raise ExportUnderWay from None
    enqueue("accounts.make_export", export_id=str(export.pk))
    return export


def make(*, export_id: UUID | str, at: datetime) -> None:
    """Make one export if it is due. Safe to repeat, also concurrently.

    Killed on the way, it is made from the start once its lease is over.
    """
    claimed = DataExport.objects.filter(
        pk=export_id, status=DataExport.Status.QUEUED, next_try_at__lte=at, tries__lt=MOST_TRIES
    ).update(tries=F("tries") + 1, next_try_at=at + LEASE, tables_done=0, updated_at=at)
    if not claimed:
        _give_up_past_tries(export_id, at)
        return
    export = DataExport.objects.select_related("user").get(pk=export_id)
    if not export.user.may_sign_in:
        _fail(export.pk, at)
        return

    def report(done: int, total: int) -> None:
        DataExport.objects.filter(pk=export.pk).update(tables_done=done, tables_total=total)

    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as out:
        write_archive(out, user=export.user, at=at, report=report)
        size = out.tell()
        out.seek(0)
        key = _new_place(export, at)
        storage.write(key, out)
    _keep(export, size, at)


def make_due(*, at: datetime) -> None:
    """Make all due exports; delete archives older than a week. Called by the sweep."""
    due = DataExport.objects.filter(status=DataExport.Status.QUEUED, next_try_at__lte=at)
    for export_id in list(due.order_by("next_try_at").values_list("pk", flat=True)):
        make(export_id=export_id, at=at)
    for export in DataExport.objects.filter(expires_at__lte=at).exclude(archive_key=""):
        drop_archive(export=export, at=at)


def archive_of(*, export: DataExport, at: datetime) -> Any:
    """The ZIP of a finished export, open for reading; raises Gone for an expired one."""
    if not is_kept(export, at):
        raise Gone("This copy is no longer kept. Ask for a new one.")
    return storage.opened(export.archive_key)


def is_kept(export: DataExport, at: datetime) -> bool:
    """Whether the archive can be fetched."""
    is_ready = export.status == DataExport.Status.READY
    return is_ready and export.expires_at is not None and export.expires_at > at


def drop_archive(*, export: DataExport, at: datetime) -> None:
    """Delete the archive, then clear its key. Safe to repeat; raises OutsideDown."""
    if export.archive_key:
        storage.discard(export.archive_key, [])
    DataExport.objects.filter(pk=export.pk).update(
        status=DataExport.Status.EXPIRED, archive_key="", updated_at=at
    )


def _new_place(export: DataExport, at: datetime) -> str:
    """A key for the archive, noted before anything is written; what lay there before goes."""
    current = DataExport.objects.get(pk=export.pk)
    if current.archive_key:
        storage.discard(current.archive_key, [])
    key = new_key()
    DataExport.objects.filter(pk=export.pk).update(
        archive_key=key, expires_at=at + KEPT, updated_at=at
    )
    return key


@transaction.atomic
def _keep(export: DataExport, size: int, at: datetime) -> None:
    kept = DataExport.objects.filter(pk=export.pk, status=DataExport.Status.QUEUED).update(
        status=DataExport.Status.READY,
        size=size,
        ready_at=at,
        expires_at=at + KEPT,
        next_try_at=None,
        updated_at=at,
    )
    if kept:
        notify(
            DATA_EXPORT_READY,
            people=[export.user],
            key=export.pk,
            kept_until=(at + KEPT).isoformat(),
            at=at,
        )


def _give_up_past_tries(export_id: UUID | str, at: datetime) -> None:
    given_up = DataExport.objects.filter(
        pk=export_id,
        status=DataExport.Status.QUEUED,
        next_try_at__lte=at,
        tries__gte=MOST_TRIES,
    ).update(status=DataExport.Status.FAILED, next_try_at=None, updated_at=at)
    if given_up:
        logger.error("export %s given up after %s tries", export_id, MOST_TRIES)


def _fail(export_id: UUID, at: datetime) -> None:
    DataExport.objects.filter(pk=export_id, status=DataExport.Status.QUEUED).update(
        status=DataExport.Status.FAILED, next_try_at=None, updated_at=at
    )
