"""Joining: who may enter a room when; the first join makes the room (rules ROOM-1 to ROOM-3)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from learning.actions.enrolling import start_enrollment
from peerloop.kit.providers import ProviderError
from peerloop.kit.refusals import Conflict, Forbidden, OutsideDown, WrongMoment
from peerloop.kit.text import isolated
from scheduling.actions.attendance import record_click
from scheduling.actions.locks import lock_session_and_enrollment
from scheduling.local_room import closes_at, room_id_of
from scheduling.models import Session
from scheduling.providers import video
from scheduling.providers.base import JoinToken, Participant, Room, RoomOptions

logger = logging.getLogger(__name__)

Status = Session.Status


@dataclass(frozen=True, slots=True)
class JoinTicket:
    """How one person enters the room now; never stored."""

    join_url: str
    token: str
    room_id: str
    provider: str


class NotOpen(Forbidden):
    """Outside the join window (rule ROOM-1); ``joinable_at`` says when it opens or opened."""

    code = "not_joinable"


class RoomDown(OutsideDown):
    """The video server does not answer; nothing changed."""

    code = "room_unavailable"
    message = (
        "The video room can't be reached right now. Nothing is lost: try again in a minute, "
        "and write to the other person if it lasts."
    )


def joinable_at(session: Session) -> datetime:
    """When the room opens: some minutes before the start (rule ROOM-1)."""
    return session.scheduled_start - timedelta(minutes=settings.JOIN_EARLY_MINUTES)


def is_joinable(session: Session, *, at: datetime) -> bool:
    """Whether the participants may enter now."""
    return session.is_open and joinable_at(session) <= at < session.scheduled_end


def check_joinable(session: Session, *, at: datetime) -> None:
    """Raises WrongMoment for a session that is closed, NotOpen outside the join window."""
    if session.status == Status.CANCELLED:
        raise WrongMoment("This session was cancelled.", status_now=session.status)
    if not session.is_open:
        raise WrongMoment("This session is over.", status_now=session.status)
    opens = joinable_at(session)
    if at < opens:
        minutes = settings.JOIN_EARLY_MINUTES
        raise NotOpen(
            f"The room opens {minutes} minutes before the session starts.", joinable_at=opens
        )
    if at >= session.scheduled_end:
        raise NotOpen("The time of this session is over.", joinable_at=opens)


def join_session(*, session: Session, by: User, sign_in: str = "", at: datetime) -> JoinTicket:
    """Let a participant into the room; the first one makes it and starts the session.

    The video server is asked first, outside any transaction: if it is down, nothing changes. Then
    one transaction fixes provider and room, sets the session in progress with ``started_at``,
    starts the enrollment and records the click. ``sign_in`` names the sign-in by which they join:
    our own room ends with it. Safe to repeat; every call gives a new ticket.
    Raises NotOpen (403), WrongMoment (409), RoomDown (503).
    """
    for _ in range(2):
        check_joinable(session, at=at)
        name = session.provider or settings.VIDEO_PROVIDER
        room, token = _ask_for_room(session, name, by, sign_in, at)
        session, is_ours = _enter(session, name, room, by, at)
        if is_ours:
            return JoinTicket(token.join_url, token.token, room.room_id, name)
    raise Conflict("The room was being opened elsewhere just now. Try again.")


def _ask_for_room(
    session: Session, name: str, by: User, sign_in: str, at: datetime
) -> tuple[Room, JoinToken]:
    seconds = int((closes_at(session.scheduled_end) - at).total_seconds())
    course = isolated(session.course.title)
    student, teacher = isolated(session.student.name), isolated(session.teacher.name)
    options = RoomOptions(
        room_id=room_id_of(session.pk),
        title=f"{course}: {student} and {teacher}"[:200],
        seconds=seconds,
        leave_url=settings.BASE_URL + reverse("session", args=[session.pk]),
        # Two people who meet for the first time are not recorded.
        record=settings.VIDEO_RECORDING and not session.is_intro,
    )
    participant = Participant(
        user_id=str(by.pk),
        name=by.name,
        is_moderator=by.pk == session.teacher_id,
        sign_in=sign_in,
    )
    try:
        adapter = video(name)
        room = adapter.create_room(options)
        return room, adapter.get_join_token(room, participant)
    except ProviderError as error:
        logger.warning("no room for session %s at %s: %s", session.pk, name, error)
        raise RoomDown from error


@transaction.atomic
def _enter(session: Session, name: str, room: Room, by: User, at: datetime) -> tuple[Session, bool]:
    """Write the join. False if another request opened the session at another server (ROOM-3)."""
    session = lock_session_and_enrollment(session.pk)
    check_joinable(session, at=at)
    if session.provider and session.provider != name:
        return session, False
    session.provider = name
    session.room_id = room.room_id
    session.room_secrets = {**session.room_secrets, **room.secrets}
    if session.status == Status.SCHEDULED:
        session.transition_to(Status.IN_PROGRESS)
        session.started_at = at
    session.save(update_fields=["provider", "room_id", "room_secrets", "status", "started_at"])
    if session.enrollment is not None:
        start_enrollment(enrollment=session.enrollment, at=at)
    record_click(session_id=session.pk, user_id=by.pk, at=at)
    return session, True


def close_room(*, session_id: UUID | str) -> None:
    """Close the room of a session that is over or was cancelled. Safe to repeat.

    Raises Unavailable if the video server is away: then the room ends by its own time limit.
    """
    session = Session.objects.only("provider", "room_id").get(pk=session_id)
    if session.provider and session.room_id:
        video(session.provider).delete_room(session.room_id)
