"""Recordings of sessions: keep the link, find missed ones, get fresh links (rule ROOM-11)."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from peerloop.kit.providers import ProviderError
from scheduling.actions.locks import lock_session
from scheduling.models import Session
from scheduling.notifications import notify_recorded
from scheduling.providers import video
from scheduling.providers.base import Recording

logger = logging.getLogger(__name__)

# A recording is ready minutes to hours after the session; an event may have been lost.
LOOKED_FOR = timedelta(hours=48)


@transaction.atomic
def keep_recording(*, session_id: UUID, record_id: str, url: str, at: datetime) -> Session:
    """Keep that a recording is ready, and notify both people once. Safe to repeat.

    Without a lasting ``url`` the session gets the address of our own page, which asks the video
    server for a fresh link.
    """
    session = lock_session(session_id)
    known = list(session.room_secrets.get("recordings", []))
    if record_id in known and session.recording_url:
        return session
    is_first = not session.recording_url
    session.room_secrets["recordings"] = [*known, record_id]
    if is_first:
        own_page = settings.BASE_URL + reverse("session-recording", args=[session.pk])
        session.recording_url = url if _is_web_address(url) else own_page
    session.save(update_fields=["room_secrets", "recording_url"])
    if is_first:
        notify_recorded(session, at=at)
    return session


def recordings_of(session: Session) -> tuple[Recording, ...]:
    """Fresh links to the recordings from the video server; the stored one if it is away."""
    if not session.recording_url or not session.provider:
        return ()
    try:
        found = video(session.provider).find_recordings(session.room_id or "")
    except ProviderError as error:
        logger.warning("recordings of session %s can't be asked: %s", session.pk, error)
        found = ()
    if found or session.recording_url.startswith(settings.BASE_URL):
        return found
    return (Recording("", session.recording_url),)


def find_missing_recordings(*, at: datetime) -> int:
    """Ask for recordings whose event never came; returns how many sessions it checked."""
    rows = Session.objects.filter(
        status=Session.Status.COMPLETED,
        recording_url=None,
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
        for recording in found:
            keep_recording(
                session_id=session.pk, record_id=recording.record_id, url=recording.url, at=at
            )
    return len(sessions)


def _is_web_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= 1000
