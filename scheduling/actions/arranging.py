"""A session that an admin sets up for a student and a teacher (US-A013)."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.models import User
from learning.models import Enrollment
from peerloop.kit.refusals import Forbidden, Invalid
from peerloop.kit.retries import run_with_retry
from scheduling.actions.booking import write_booking
from scheduling.actions.cancelling import cleaned_reason
from scheduling.booking_rules import BookingRequest
from scheduling.models import Session
from scheduling.queries.booking import check_booking, places_of

AHEAD = timedelta(days=366)


def arrange_session(
    *,
    enrollment: Enrollment,
    teacher: User | None,
    start: datetime,
    reason: str,
    by: User,
    at: datetime,
) -> Session:
    """Book a session for the pair, at a time outside the teacher's hours and notice too.

    Everything else of a booking holds: a place in the enrollment, its own teacher, nobody in two
    places. Without a teacher it is the enrollment's; where it has none, the given one becomes it.
    Both read the reason in their mail. Audited. Not safe to repeat: SlotTaken. Raises Forbidden for
    anybody but an admin, AnotherAdmin for one of the pair, Invalid naming ``teacher`` or
    ``reason``, and the refusals of booking.
    """
    if not by.is_admin:
        raise Forbidden
    teacher = teacher or enrollment.teacher
    if teacher is None:
        raise Invalid.field("teacher", "This enrollment has no teacher yet. Name one.")
    require_another(by, enrollment.student_id)
    require_another(by, teacher.pk)
    words = cleaned_reason(reason, needed=False, field="reason")
    if not words:
        raise Invalid.field("reason", "Say why: both read it.")
    start = start.astimezone(UTC)
    request = BookingRequest(
        by_id=by.pk,
        student_id=enrollment.student_id,
        enrollment_id=enrollment.pk,
        teacher_id=teacher.pk,
        start=start,
        minutes=enrollment.course.session_minutes,
        kind=places_of(enrollment.pk).next_kind or Session.Kind.COURSE,
        at=at,
        latest=at + AHEAD,
        is_arranged=True,
    )
    check_booking(request)
    session = Session(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=teacher,
        student=enrollment.student,
        kind=request.kind,
        scheduled_start=start,
        scheduled_end=start + timedelta(minutes=request.minutes),
        booked_by=by,
        created_at=at,
        updated_at=at,
    )
    return run_with_retry(lambda: _write(request, session, by=by, reason=words, at=at))


@transaction.atomic
def _write(
    request: BookingRequest, session: Session, *, by: User, reason: str, at: datetime
) -> Session:
    write_booking(request, session, by=by, at=at, arranged=reason)
    after = {"start": session.scheduled_start.isoformat(), "teacher": str(session.teacher_id)}
    record(actor=by, action="session.arrange", subject=session, after=after, reason=reason, at=at)
    return session
