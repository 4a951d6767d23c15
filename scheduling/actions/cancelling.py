"""Cancelling: the place and both people's time become free (rules LATE-1, LATE-2, LATE-4)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.audit.log import record
from accounts.models import User
from learning.actions.blocking import block_booking
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment
from peerloop.kit.text import clean
from scheduling.actions.locks import lock_session_and_enrollment
from scheduling.actions.reminders import void_reminders
from scheduling.events import SessionCancelled
from scheduling.models import Session
from scheduling.notifications import notify_cancelled

LATE = timedelta(hours=24)
MAX_REASON_LENGTH = 2000
BLOCK_AFTER = 3
NOT_THERE = "The other person can't take part."
ENDED = "The enrollment ended."


def is_late(session: Session, at: datetime) -> bool:
    """Whether a change now comes less than 24 hours before the start (rule LATE-2)."""
    return session.scheduled_start - at < LATE


def cleaned_reason(reason: str, *, needed: bool, field: str = "cancel_reason") -> str:
    """The reason, cleaned; raises Invalid if it is too long, or missing where it is needed."""
    text = clean(reason)
    if len(text) > MAX_REASON_LENGTH:
        raise Invalid.field(field, f"Use at most {MAX_REASON_LENGTH} characters.")
    if needed and not text:
        raise Invalid.field(
            field, "The session starts in less than 24 hours. Say why, for the other person."
        )
    return text


@transaction.atomic
def cancel_session(
    *, session: Session, by: User, reason: str, at: datetime, known_start: datetime | None = None
) -> Session:
    """Cancel a scheduled session until its start, or a running one until its scheduled end.

    Less than 24 hours before the start a reason is required and the cancellation counts as late;
    the third late one of a student blocks their booking (LATE-4). An admin's never counts as late.
    No money moves. Both are notified. A second cancellation is refused (WrongMoment).
    ``known_start``: cancel only the session that begins then, else WrongMoment.
    """
    session = lock_session_and_enrollment(session.pk)
    check_known(session, known_start)
    is_participant = by.pk in (session.teacher_id, session.student_id)
    if not is_participant and not by.is_admin:
        raise Forbidden("Only the two people of a session cancel it.")
    _check_moment(session, at)
    late = is_late(session, at)
    text = cleaned_reason(reason, needed=late)
    _cancel(session, by=by, reason=text, late=late and is_participant, at=at)
    if not is_participant:
        record(actor=by, action="session.cancel", subject=session, reason=text, at=at)
    if session.enrollment is not None and by.pk == session.student_id and late:
        block_if_unreliable(enrollment=session.enrollment, at=at)
    return session


def check_known(session: Session, known_start: datetime | None) -> None:
    """Raises WrongMoment if somebody moved the session since its start was looked up."""
    if known_start is not None and session.scheduled_start != known_start:
        raise WrongMoment("This session was moved meanwhile. Look at its new time first.")


def _check_moment(session: Session, at: datetime) -> None:
    if not session.is_open:
        raise WrongMoment(f"This session is already {session.get_status_display().lower()}.")
    if at >= session.scheduled_end:
        raise WrongMoment("This session is over, so it can't be cancelled any more.")
    if session.status == Session.Status.SCHEDULED and at >= session.scheduled_start:
        raise WrongMoment("This session has begun. Join it, or wait until its end.")


@transaction.atomic
def cancel_future_sessions(*, enrollment: Enrollment, by: User, reason: str, at: datetime) -> int:
    """Cancel every session of an enrollment that has not begun; returns how many.

    For use cases that end or change an enrollment, which give the reason. A running session
    continues. Counts as late if ``by`` is one of its two people. Safe to repeat.
    """
    lock_enrollment(enrollment)
    text = cleaned_reason(reason, needed=False) or ENDED
    ahead = list(
        Session.objects.select_for_update(no_key=True, of=("self",))
        .filter(enrollment=enrollment, status=Session.Status.SCHEDULED, scheduled_end__gt=at)
        .select_related("course", "teacher", "student")
        .order_by("pk")
    )
    for session in ahead:
        is_participant = by.pk in (session.teacher_id, session.student_id)
        _cancel(session, by=by, reason=text, late=is_participant and is_late(session, at), at=at)
    return len(ahead)


@transaction.atomic
def cancel_for_suspension(*, member: User, at: datetime) -> int:
    """Cancel all scheduled sessions of a suspended member (ROLE-12); returns how many.

    In both roles. The other person is notified without the reason, none counts as late, a running
    session continues. Safe to repeat.
    """
    ahead = Session.objects.involving(member).filter(
        status=Session.Status.SCHEDULED, scheduled_end__gt=at
    )
    count = 0
    for key in list(ahead.order_by("enrollment_id", "pk").values_list("pk", flat=True)):
        session = lock_session_and_enrollment(key)
        if session.status == Session.Status.SCHEDULED:
            _cancel(session, by=None, reason=NOT_THERE, late=False, at=at)
            count += 1
    return count


def _cancel(session: Session, *, by: User | None, reason: str, late: bool, at: datetime) -> None:
    was_running = session.status == Session.Status.IN_PROGRESS
    session.transition_to(Session.Status.CANCELLED)
    session.cancelled_at = at
    session.cancelled_by = by
    session.cancel_reason = reason
    session.is_late_cancel = late
    session.save(
        update_fields=["status", "cancelled_at", "cancelled_by", "cancel_reason", "is_late_cancel"]
    )
    void_reminders(session=session)
    announce(
        SessionCancelled(
            session_id=session.pk,
            enrollment_id=session.enrollment_id,
            teacher_id=session.teacher_id,
            student_id=session.student_id,
            by_id=by.pk if by else None,
            was_running=was_running,
            at=at,
        )
    )
    notify_cancelled(session, by=by, reason=reason, at=at)


def block_if_unreliable(*, enrollment: Enrollment, at: datetime) -> None:
    """Block booking once the student cancelled late or was absent three times (rule LATE-4).

    To be called after each of these, under the enrollment's lock. Safe to repeat.
    """
    student = enrollment.student_id
    late = Q(status=Session.Status.CANCELLED, is_late_cancel=True, cancelled_by=student)
    missed = Q(status=Session.Status.NO_SHOW, no_show_party__in=["student", "both"])
    if Session.objects.filter(late | missed, enrollment=enrollment).count() >= BLOCK_AFTER:
        block_booking(enrollment=enrollment, at=at)
