"""Sessions that nothing closed: poll their rooms, complete or miss them (rules ROOM-8, ROOM-9)."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from peerloop.kit.providers import ProviderError
from scheduling.actions.attendance import history_of, record_poll
from scheduling.actions.cancelling import block_if_unreliable
from scheduling.actions.completion import (
    SWEEP_AFTER,
    complete_session,
    evidence_of_end,
    settle_session,
)
from scheduling.actions.locks import lock_session_and_enrollment
from scheduling.actions.modules import fill_waiting_modules
from scheduling.attendance import JOINT_NEEDED, RoomHistory
from scheduling.models import Session
from scheduling.notifications import notify_admins_of_silence, notify_missed
from scheduling.providers import video

logger = logging.getLogger(__name__)

Status = Session.Status

# Time for late departures and late events.
MISSED_AFTER = timedelta(minutes=15)
SILENCE_TOLD_AFTER = timedelta(hours=24)


def poll_rooms(*, at: datetime) -> int:
    """Ask the video servers who is inside the rooms of running sessions; returns how many rooms.

    It closes intervals that a lost event or a killed process left open. Safe to repeat.
    """
    running = Session.objects.filter(status=Status.IN_PROGRESS).exclude(provider="")
    return _for_each(
        running.values_list("pk", flat=True), lambda key: poll_room(session_id=key, at=at)
    )


def poll_room(*, session_id: UUID, at: datetime) -> None:
    """Bring one session in line with its room. A server that is away is asked at the next poll."""
    session = Session.objects.only("provider", "room_id").get(pk=session_id)
    try:
        status = video(session.provider).get_room_status(session.room_id or "")
    except ProviderError as error:
        logger.warning("room of session %s can't be asked: %s", session_id, error)
    else:
        record_poll(session_id=session_id, user_ids=status.member_ids, at=at)
    settle_session(session_id=session_id, at=at)


def mark_no_shows(*, at: datetime) -> int:
    """Complete all sessions whose end has passed, or mark them missed; returns how many it checked.

    The rooms should have been polled just before. Safe to repeat.
    """
    overdue = Session.objects.open().filter(scheduled_end__lte=at - MISSED_AFTER)
    keys = overdue.order_by("scheduled_end").values_list("pk", flat=True)
    return _for_each(keys, lambda key: close_overdue(session_id=key, at=at))


@transaction.atomic
def close_overdue(*, session_id: UUID, at: datetime) -> Session:
    """Complete one session whose end has passed, or mark it missed (rules ROOM-6, ROOM-8).

    It stays open while somebody is inside, or if both clicked on "join" and the video server stayed
    silent: admins are notified after a day, and a person decides. Locks the enrollment, then the
    session. Safe to repeat.
    """
    session = lock_session_and_enrollment(session_id)
    if not session.is_open or at < session.scheduled_end + MISSED_AFTER:
        return session
    history = history_of(session)
    people = (session.teacher_id, session.student_id)
    found = evidence_of_end(session, history, at=at, sweeping=True)
    if found is not None:
        source, ended_at = found
        return complete_session(session_id=session.pk, source=source, at=at, ended_at=ended_at)
    if history.is_silent and set(people) <= history.clicks:
        if at >= session.scheduled_end + SILENCE_TOLD_AFTER:
            notify_admins_of_silence(session, at=at)
        return session
    inside = any(history.is_inside(person) for person in people)
    if history.both_attended(*people, until=at) or (
        inside and at < session.scheduled_end + SWEEP_AFTER
    ):
        return session
    _mark_missed(session, history, at)
    return session


def _mark_missed(session: Session, history: RoomHistory, at: datetime) -> None:
    """Nothing was taught: the place is free, and later sessions teach earlier modules (BOOK-6)."""
    session.transition_to(Status.NO_SHOW)
    session.no_show_party = missing_party(session, history, at)
    session.save(update_fields=["status", "no_show_party"])
    if session.enrollment is not None:
        fill_waiting_modules(enrollment=session.enrollment, at=at)
        if session.no_show_party != "teacher":
            block_if_unreliable(enrollment=session.enrollment, at=at)
    notify_missed(session, at=at)


def missing_party(session: Session, history: RoomHistory, at: datetime) -> str:
    """Who was missing: ``teacher``, ``student`` or ``both``, if less than five minutes (ROOM-8)."""

    def was_there(person: UUID) -> bool:
        if history.is_silent:
            return person in history.clicks
        needed = JOINT_NEEDED.total_seconds()
        return history.presence_seconds(person, until=at) >= needed

    teacher, student = was_there(session.teacher_id), was_there(session.student_id)
    if teacher == student:
        return "both"
    return "student" if teacher else "teacher"


def _for_each(keys: Iterable[UUID], act: Callable[[UUID], object]) -> int:
    """Act on each session by itself: one that fails does not hold up the others."""
    count = 0
    for key in list(keys):
        count += 1
        try:
            act(key)
        except Exception:
            logger.exception("session %s is left to the next sweep", key)
    return count
