"""Recordings of sessions: keep which there are, find missed ones, open them (rule ROOM-11).

No link of a video server is stored: it is a credential. ``Session.recording_url`` is the address of
our own page from the first recording on; ``recording_copies`` brings the films into our storage.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.files.links import file_link
from accounts.models import User
from peerloop.kit.providers import ProviderError
from peerloop.kit.refusals import OutsideDown
from peerloop.kit.tasks import enqueue
from scheduling.actions.locks import lock_session
from scheduling.models import Session, SessionRecording
from scheduling.notifications import notify_recorded
from scheduling.providers import video

logger = logging.getLogger(__name__)

Status = SessionRecording.Status

# A recording is ready minutes to hours after the session; an event may have been lost.
LOOKED_FOR = timedelta(hours=48)


class RecordingAway(OutsideDown):
    """The video server, where the recording still is, does not give it out."""

    code = "recording_unavailable"
    message = (
        "The video server doesn't give the recording out right now. Try again in some minutes."
    )


@transaction.atomic
def keep_recording(*, session_id: UUID, record_id: str, at: datetime) -> SessionRecording:
    """Keep that a recording is ready, have it copied, and notify both people once.

    Safe to repeat: a recording that had only a web page is looked at again, a removed one stays so.
    """
    session = lock_session(session_id)
    recording, is_new = SessionRecording.objects.get_or_create(
        session=session,
        record_id=record_id[:255],
        defaults={"next_try_at": at, "created_at": at, "updated_at": at},
    )
    if recording.status == Status.LEFT:
        recording.transition_to(Status.WAITING)
        recording.next_try_at = at
        recording.save(update_fields=["status", "next_try_at"])
    if is_new and not session.recording_url:
        session.recording_url = settings.BASE_URL + reverse("session-recording", args=[session.pk])
        session.save(update_fields=["recording_url"])
        notify_recorded(session, at=at)
    if recording.status == Status.WAITING:
        enqueue("scheduling.copy_recording", recording_id=str(recording.pk))
    return recording


def recording_link(*, recording: SessionRecording, member: User, at: datetime) -> str:
    """Where this member opens the recording now: our copy, else at the video server.

    Ask first whether the member may. The link is valid for minutes. Raises RecordingAway.
    """
    if recording.file is not None:
        return file_link(recording.file, member=member, at=at)
    session = recording.session
    try:
        adapter = video(session.provider)
        return adapter.get_recording_link(session.room_id or "", recording.record_id).url
    except ProviderError as error:
        logger.warning("recording %s can't be opened: %s", recording.pk, error)
        raise RecordingAway from error


def find_missing_recordings(*, at: datetime) -> int:
    """Ask for recordings whose event never came; returns how many sessions it checked."""
    rows = Session.objects.filter(
        status=Session.Status.COMPLETED,
        recording_url=None,
        recordings=None,
        provider__in=["plugnmeet", "bigbluebutton"],
        ended_at__gt=at - LOOKED_FOR,
    )
    sessions = list(rows.only("provider", "room_id"))
    for session in sessions:
        try:
            found = video(session.provider).find_recordings(session.room_id or "")
        except ProviderError as error:
            logger.warning("recordings of session %s can't be asked: %s", session.pk, error)
            continue
        for record_id in found:
            keep_recording(session_id=session.pk, record_id=record_id, at=at)
    return len(sessions)


@transaction.atomic
def forget_recording(*, file_id: UUID) -> None:
    """Take a recording away whose file was removed; the last one takes the session's link along.

    Safe to repeat.
    """
    recording = SessionRecording.objects.filter(file_id=file_id).first()
    if recording is None or recording.status == Status.REMOVED:
        return
    session = lock_session(recording.session_id)
    recording.transition_to(Status.REMOVED)
    recording.save(update_fields=["status"])
    if not session.recordings.exclude(status=Status.REMOVED).exists():
        session.recording_url = None
        session.save(update_fields=["recording_url"])
