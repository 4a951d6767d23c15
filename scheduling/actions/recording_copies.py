"""Copies recordings from the video server into our storage (rule ROOM-11).

A copy is gathered in a file of its own in RECORDINGS_FOLDER, a stretch at a time, and then stored.
A worker that is killed loses nothing: the lease runs out, and the next one goes on at that byte.
"""

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from accounts.files.actions.storing import remove_file, store_own_file
from accounts.models import File
from accounts.models.files import LARGEST_RECORDING, Purpose
from peerloop.kit.providers import ProviderError
from peerloop.kit.refusals import Invalid, Refused
from peerloop.kit.tasks import enqueue
from scheduling.models import SessionRecording
from scheduling.providers import video
from scheduling.providers.download import NotAFilm, Remote, download

logger = logging.getLogger(__name__)

Status = SessionRecording.Status

# Below the tasks' time limit: a longer copy is enqueued again.
STRETCH_SECONDS = 120.0
LEASE = timedelta(minutes=5)
# The whole film is written to the storage at once.
STORING_LEASE = timedelta(minutes=30)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]
# Until then a film may still be made of a web page, or the server come back.
GIVE_UP_AFTER = timedelta(days=14)
LOCK = "lock"


class Busy(Exception):
    """Another process of this machine is copying."""


def copy_recording(*, recording_id: UUID | str, at: datetime) -> None:
    """Copy one recording if it is due: a stretch of it, and store it once it is whole.

    Safe to repeat, also concurrently: on one machine one copy runs at a time, so that workers stay
    free for other tasks, and enqueues the next. What fails is tried again for two weeks; then the
    recording is left at the video server. Call it outside a transaction.
    """
    try:
        with _alone(LOCK):
            recording = _claim(recording_id, at)
            if recording is not None:
                _copy(recording, at)
    except Busy:
        return
    _enqueue_next(at)


def copy_due(*, at: datetime) -> int:
    """Enqueue the next copy; how many are due. Called by the sweep."""
    _enqueue_next(at)
    _clear_leftovers()
    return _due(at).count()


def _copy(recording: SessionRecording, at: datetime) -> None:
    try:
        with _alone(f"{recording.pk}.part") as content:
            is_whole = _fetch(recording, content)
            if is_whole:
                _store(recording, content, at)
    except (ProviderError, Refused, OSError) as error:
        # Errors of the providers and of the storage name no link.
        logger.warning("recording %s is not copied: %s", recording.pk, error)
        _try_later(recording, error, at)
        return
    if is_whole:
        _path(recording).unlink(missing_ok=True)
    else:
        _go_on(recording, at)


def _due(at: datetime) -> "QuerySet[SessionRecording]":
    return SessionRecording.objects.filter(status=Status.WAITING, next_try_at__lte=at)


def _enqueue_next(at: datetime) -> None:
    key = _due(at).order_by("next_try_at").values_list("pk", flat=True).first()
    if key is not None:
        enqueue("scheduling.copy_recording", recording_id=str(key))


def _clear_leftovers() -> None:
    """Delete what nobody will go on with: copies that another machine finished, removed ones."""
    longest = time.time() - (GIVE_UP_AFTER + timedelta(days=1)).total_seconds()
    for path in Path(settings.RECORDINGS_FOLDER).glob("*.part"):
        if path.stat().st_mtime < longest:
            path.unlink(missing_ok=True)


def _claim(recording_id: UUID | str, at: datetime) -> SessionRecording | None:
    """Claim it for some minutes; nothing is copied once the session has no recording any more."""
    claimed = SessionRecording.objects.filter(
        pk=recording_id,
        status=Status.WAITING,
        next_try_at__lte=at,
        session__recording_url__isnull=False,
    ).update(next_try_at=at + LEASE, updated_at=at)
    if not claimed:
        return None
    return SessionRecording.objects.select_related("session__teacher").get(pk=recording_id)


def _path(recording: SessionRecording) -> Path:
    return Path(settings.RECORDINGS_FOLDER) / f"{recording.pk}.part"


@contextmanager
def _alone(name: str) -> Iterator[IO[bytes]]:
    """A file of the folder, open at its end, for one process at a time; raises Busy."""
    folder = Path(settings.RECORDINGS_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / name).open("ab+") as content:
        try:
            fcntl.flock(content, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield content


def _fetch(recording: SessionRecording, content: IO[bytes]) -> bool:
    """Copy for a stretch; whether the film is whole now."""
    session = recording.session
    link = video(session.provider).get_recording_link(session.room_id or "", recording.record_id)
    if link.is_page:
        raise NotAFilm("the recording is a web page")

    def note(remote: Remote) -> None:
        recording.size, recording.validator = remote.size, remote.validator
        recording.save(update_fields=["size", "validator"])

    return download(
        link.url,
        content,
        known=Remote(recording.size, recording.validator),
        note=note,
        most_bytes=LARGEST_RECORDING,
        seconds=STRETCH_SECONDS,
    )


def _store(recording: SessionRecording, content: IO[bytes], at: datetime) -> None:
    waiting = SessionRecording.objects.filter(pk=recording.pk, status=Status.WAITING)
    waiting.update(next_try_at=at + STORING_LEASE)
    try:
        file = store_own_file(
            owner=recording.session.teacher,
            purpose=Purpose.RECORDING,
            content=content,
            stem=f"recording {recording.session.scheduled_start:%Y-%m-%d}",
            at=at,
        )
    except Invalid:
        # What was gathered is no film: nothing of it is of use to the next try.
        content.truncate(0)
        raise
    _keep(recording, file, at)


@transaction.atomic
def _keep(recording: SessionRecording, file: File, at: datetime) -> None:
    kept = SessionRecording.objects.filter(pk=recording.pk, status=Status.WAITING).update(
        status=Status.STORED, file=file, next_try_at=None, error="", updated_at=at
    )
    if not kept:
        remove_file(file=file, at=at)


def _go_on(recording: SessionRecording, at: datetime) -> None:
    """The next stretch is due at once; what came through starts the pauses anew."""
    SessionRecording.objects.filter(pk=recording.pk, status=Status.WAITING).update(
        next_try_at=at, tries=0, error="", updated_at=at
    )


def _try_later(recording: SessionRecording, error: Exception, at: datetime) -> None:
    waiting = SessionRecording.objects.filter(pk=recording.pk, status=Status.WAITING)
    if at >= recording.created_at + GIVE_UP_AFTER:
        waiting.update(status=Status.LEFT, next_try_at=None, error=str(error)[:300], updated_at=at)
        _path(recording).unlink(missing_ok=True)
        return
    pause = PAUSES[min(recording.tries, len(PAUSES) - 1)]
    waiting.update(
        next_try_at=at + pause, tries=F("tries") + 1, error=str(error)[:300], updated_at=at
    )
