"""Rescheduling: the session keeps its id and gets another time (rule LATE-3)."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from accounts.models import User
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid, LimitReached, WrongMoment
from peerloop.kit.retries import run_with_retry
from scheduling.actions.booking import refusing_taken_seats
from scheduling.actions.cancelling import check_known, cleaned_reason, is_late
from scheduling.actions.giving_way import give_way
from scheduling.actions.locks import lock_members, lock_session_and_enrollment
from scheduling.actions.reminders import plan_reminders
from scheduling.booking_rules import START, BookingRequest
from scheduling.events import SessionRescheduled
from scheduling.models import Session, SessionReschedule
from scheduling.notifications import notify_rescheduled
from scheduling.queries.booking import check_booking
from scheduling.queries.free_times import latest_start

MAX_RESCHEDULES = 2
CHANGED = ["scheduled_start", "scheduled_end", "teacher_busy_until", "reschedule_count"]


class NotAhead(WrongMoment):
    """Only a session that has not begun gets another time; ``brief`` says it beside a title."""

    def __init__(self, brief: str, message: str) -> None:
        super().__init__(message)
        self.brief = brief


class RescheduledTwice(LimitReached):
    """A session is rescheduled at most twice."""

    code = "moved_twice"
    message = "This session was moved twice already. Cancel it and book a new one instead."
    brief = message


def reschedule_session(
    *,
    session: Session,
    start: datetime,
    by: User,
    at: datetime,
    reason: str = "",
    known_start: datetime | None = None,
) -> Session:
    """Give a scheduled session of the two people another free time of the same teacher.

    The rules are those of booking; less than 24 hours before the old start a reason is needed. At
    most twice a session (RescheduledTwice, 422). Both are notified, reminders are planned anew.
    Asking for the present time is refused (Invalid), so a repeated request changes nothing.
    ``known_start``: move only the session that begins then, else WrongMoment.
    """
    start = start.astimezone(UTC)
    return run_with_retry(
        lambda: _reschedule(session, start, by=by, at=at, reason=reason, known_start=known_start)
    )


def refusal_to_reschedule(session: Session, *, at: datetime) -> NotAhead | RescheduledTwice | None:
    """Why a session can't get any other time, or None if it can."""
    if session.status != Session.Status.SCHEDULED:
        words = session.get_status_display().lower()
        return NotAhead(f"It is {words}.", f"This session is {words}, so it can't be moved.")
    if at >= session.scheduled_start:
        return NotAhead("It has begun.", "This session has begun, so it can't be moved any more.")
    if session.reschedule_count >= MAX_RESCHEDULES:
        return RescheduledTwice()
    return None


def _reschedule(
    session: Session,
    start: datetime,
    *,
    by: User,
    at: datetime,
    reason: str,
    known_start: datetime | None,
) -> Session:
    """Lock the enrollment, the session, then both members by id; look again; write and notify."""
    request = BookingRequest(
        by_id=by.pk,
        student_id=session.student_id,
        enrollment_id=session.enrollment_id,
        teacher_id=session.teacher_id,
        start=start,
        minutes=session.length_minutes,
        kind=session.kind,
        at=at,
        session_id=session.pk,
        course_id=session.course_id,
        latest=latest_start(session),
    )
    with refusing_taken_seats(request), transaction.atomic():
        session = lock_session_and_enrollment(session.pk)
        check_known(session, known_start)
        lock_members(session.teacher_id, session.student_id)
        give_way(teacher_id=session.teacher_id, student_id=session.student_id, at=at)
        old_start, is_late_change = session.scheduled_start, is_late(session, at)
        reason = _check_change(session, start, by=by, at=at, reason=reason)
        state = check_booking(request)
        session.scheduled_start = start
        session.scheduled_end = start + timedelta(minutes=request.minutes)
        session.teacher_busy_until = session.scheduled_end + state.buffer
        session.reschedule_count += 1
        session.save(update_fields=CHANGED)
        _record(session, old_start, by=by, is_late=is_late_change, reason=reason, at=at)
        notify_rescheduled(session, by=by, old_start=old_start, reason=reason, at=at)
    return session


def _check_change(session: Session, start: datetime, *, by: User, at: datetime, reason: str) -> str:
    """Whether this person may reschedule it now (rules LATE-2, LATE-3); the reason, cleaned."""
    if by.pk not in (session.teacher_id, session.student_id):
        raise Forbidden("Only the two people of a session move it.")
    text = cleaned_reason(reason, needed=is_late(session, at))
    refusal = refusal_to_reschedule(session, at=at)
    if refusal is not None:
        raise refusal
    if start == session.scheduled_start:
        raise Invalid.field(START, "That is the present time. Pick another one.")
    return text


def _record(
    session: Session, old_start: datetime, *, by: User, is_late: bool, reason: str, at: datetime
) -> None:
    SessionReschedule.objects.create(
        session=session,
        by=by,
        old_start=old_start,
        new_start=session.scheduled_start,
        is_late=is_late,
        reason=reason,
        created_at=at,
        updated_at=at,
    )
    plan_reminders(session=session, at=at)
    announce(
        SessionRescheduled(
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
