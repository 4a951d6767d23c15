"""Processing events of rooms from the inbox: the same for all video servers, in any order."""

from datetime import datetime

from django.conf import settings

from accounts.incoming.inbox import Ignored
from accounts.models import WebhookEvent
from peerloop.kit import clock
from peerloop.kit.ids import uuid_of
from scheduling.actions.attendance import end_room, record_arrival, record_departure, record_poll
from scheduling.actions.completion import settle_session
from scheduling.actions.recordings import keep_recording
from scheduling.local_room import session_id_of
from scheduling.models import Session
from scheduling.providers import video
from scheduling.providers.base import FINISHED, JOINED, LEFT, RECORDED

# The inbox's name for our own room; the others have the same name there as in the settings.
LOCAL = "local-video"
PROVIDERS = {LOCAL: "local", "plugnmeet": "plugnmeet", "bigbluebutton": "bigbluebutton"}


def process_event(event: WebhookEvent) -> None:
    """Record what happened in the room, then complete the session if it is over by that.

    Safe to repeat. Raises Ignored for kinds, rooms and people that are not ours, and Unavailable
    (the inbox tries again) when the server can't be asked about a doubtful end.
    """
    session = _session_of(event)
    kind, at = event.payload.get("kind"), _instant_of(event)
    if kind in (JOINED, LEFT):
        _record_person(event, session, at)
    elif kind == FINISHED:
        _record_end(event, session, at)
    elif kind == RECORDED:
        keep_recording(
            session_id=session.pk,
            record_id=event.payload.get("reference") or event.event_id,
            at=at,
        )
    else:
        raise Ignored
    settle_session(session_id=session.pk, at=clock.now())


def _session_of(event: WebhookEvent) -> Session:
    """The session of the room, if it was opened at this video server."""
    session_id = session_id_of(str(event.payload.get("room_id", "")))
    session = Session.objects.filter(pk=session_id).first() if session_id else None
    if session is None or session.provider != PROVIDERS.get(event.provider):
        raise Ignored
    return session


def _instant_of(event: WebhookEvent) -> datetime:
    """When it happened: as reported, but never after its arrival.

    In a demo the time of arrival counts: its clock runs ahead of the video servers'.
    """
    told = event.payload.get("at")
    if not told or (settings.DEMO and event.provider != LOCAL):
        return event.received_at
    return min(datetime.fromisoformat(told), event.received_at)


def _record_person(event: WebhookEvent, session: Session, at: datetime) -> None:
    user_id = uuid_of(str(event.payload.get("user_id", "")))
    if user_id is None:
        raise Ignored
    reference = event.payload.get("reference") or event.event_id
    if event.payload["kind"] == JOINED:
        record_arrival(
            session_id=session.pk,
            user_id=user_id,
            at=at,
            reference=reference,
            replaces=event.provider == LOCAL,
        )
        return
    record_departure(
        session_id=session.pk,
        user_id=user_id,
        at=at,
        reference=reference,
        is_deliberate=bool(event.payload.get("is_deliberate")),
    )


def _record_end(event: WebhookEvent, session: Session, at: datetime) -> None:
    if event.payload.get("in_doubt"):
        # Anybody who knows the address can call it.
        status = video(session.provider).get_room_status(session.room_id or "")
        if status.member_ids:
            record_poll(session_id=session.pk, user_ids=status.member_ids, at=clock.now())
            return
    reference = event.payload.get("reference") or event.event_id
    end_room(session_id=session.pk, at=at, reference=reference)
