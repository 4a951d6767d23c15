"""Rescheduling: the session keeps its id and gets another time (rule LATE-3)."""

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid, LimitReached, WrongMoment
from peerloop.kit.retries import once_more
from scheduling.actions.cancelling import is_late, said_reason
from scheduling.actions.checks import (
    FIELD,
    EnrollmentClosed,
    check_freedom,
    check_horizon,
    check_start,
    check_teacher,
    lock_people,
    slot_taken,
    span_around,
)
from scheduling.actions.locks import lock_session_and_enrollment
from scheduling.actions.reminders import plan_reminders
from scheduling.events import SessionMoved
from scheduling.letters import tell_moved
from scheduling.models import Session, SessionMove
from scheduling.queries.slots import diaries

MOST_MOVES = 2


class MovedTwice(LimitReached):
    """A session is moved at most twice."""

    code = "moved_twice"
    message = "This session was moved twice already. Cancel it and book a new one instead."


def reschedule_session(
    *, session: Session, start: datetime, by: User, at: datetime, reason: str = ""
) -> Session:
    """Move a scheduled session of the two people to another free time of the same teacher.

    The checks are those of booking; less than 24 hours before the old start a reason is needed.
    At most twice a session (MovedTwice, 422). Both are told, reminders are planned anew. Asking for
    the present time is refused (Invalid), so a repeated request changes nothing.
    """
    start = start.astimezone(UTC)
    return once_more(lambda: _reschedule(session, start, by, at, reason))


def _reschedule(session: Session, start: datetime, by: User, at: datetime, reason: str) -> Session:
    try:
        with transaction.atomic():
            session = lock_session_and_enrollment(session.pk)
            if by.pk not in (session.teacher_id, session.student_id):
                raise Forbidden("Only the two people of a session move it.")
            late = is_late(session, at)
            text = said_reason(reason, needed=late)
            _check_movable(session, start, at)
            lock_people(session.teacher, session.student)
            _check_start(session, start, by, at)
            old_start = session.scheduled_start
            _move(session, start)
            _record(session, old_start, by=by, late=late, reason=text, at=at)
            tell_moved(session, by=by, old_start=old_start, reason=text, at=at)
            return session
    except IntegrityError as error:
        refusal = slot_taken(error, teacher=session.teacher, student=session.student, by=by)
        if refusal is None:
            raise
        raise refusal from error


def _check_movable(session: Session, start: datetime, at: datetime) -> None:
    if session.status != Session.Status.SCHEDULED:
        words = session.get_status_display().lower()
        raise WrongMoment(f"This session is {words}, so it can't be moved.")
    if at >= session.scheduled_start:
        raise WrongMoment("This session has begun, so it can't be moved any more.")
    if session.reschedule_count >= MOST_MOVES:
        raise MovedTwice
    if start == session.scheduled_start:
        raise Invalid.field(FIELD, "That is the present time. Pick another one.")
    if session.enrollment is not None:
        if not session.enrollment.is_active:
            raise EnrollmentClosed
        check_teacher(session.enrollment, session.teacher)


def _check_start(session: Session, start: datetime, by: User, at: datetime) -> None:
    check_horizon(start=start, at=at)
    minutes = _minutes(session)
    begin, end = span_around(start, minutes)
    found = diaries(
        [session.teacher], start=begin, end=end, students=[session.student], without=session
    )
    hours = found[session.teacher_id]
    check_start(hours, start=start, minutes=minutes, at=at)
    check_freedom(
        teacher=session.teacher,
        student=session.student,
        diaries=found,
        start=start,
        minutes=minutes,
        by=by,
    )
    session.teacher_busy_until = start + timedelta(minutes=minutes + hours.hours.buffer)


def _minutes(session: Session) -> int:
    return (session.scheduled_end - session.scheduled_start) // timedelta(minutes=1)


def _move(session: Session, start: datetime) -> None:
    session.scheduled_end = start + timedelta(minutes=_minutes(session))
    session.scheduled_start = start
    session.reschedule_count += 1
    session.save(
        update_fields=[
            "scheduled_start",
            "scheduled_end",
            "teacher_busy_until",
            "reschedule_count",
        ]
    )


def _record(
    session: Session, old_start: datetime, *, by: User, late: bool, reason: str, at: datetime
) -> None:
    SessionMove.objects.create(
        session=session,
        by=by,
        old_start=old_start,
        new_start=session.scheduled_start,
        is_late=late,
        reason=reason,
        created_at=at,
        updated_at=at,
    )
    plan_reminders(session=session, at=at)
    announce(
        SessionMoved(
            session_id=session.pk,
            enrollment_id=session.enrollment_id,
            teacher_id=session.teacher_id,
            student_id=session.student_id,
            by_id=by.pk,
            old_start=old_start,
            new_start=session.scheduled_start,
            at=at,
        )
    )
