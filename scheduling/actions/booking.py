"""Booking: two people get a time together, and nobody is in two places (rules BOOK-1 to BOOK-6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.identity.access import require_verified
from accounts.models import User
from catalog.models import Course
from learning.actions import assign_teacher
from learning.actions.teachers import TeacherNotAvailable
from learning.models import Enrollment
from peerloop.kit.events import announce
from peerloop.kit.retries import run_with_retry
from peerloop.kit.text import clean
from scheduling.actions.giving_way import give_way
from scheduling.actions.locks import lock_enrollment_row, lock_members
from scheduling.actions.reminders import plan_reminders
from scheduling.booking_rules import BookingRequest
from scheduling.events import SessionBooked
from scheduling.models import Session
from scheduling.models.session import INTRO_LENGTH
from scheduling.notifications import notify_booked, notify_rescheduled
from scheduling.queries.booking import check_booking
from scheduling.queries.teachers import pick_teacher

SEAT_CONSTRAINT = "seat_one_place_at_a_time"
# Cancelling and booking again within this time reads as rescheduling (rule LATE-3).
REPLACED_WITHIN = timedelta(minutes=30)


class NoTeacherFree(TeacherNotAvailable):
    """Nobody who may teach the course is free at that time (rule TEACH-2)."""

    code = "no_teacher_free"
    message = "No teacher of this course is free then. Pick another time or another teacher."


def book_session(
    *,
    enrollment: Enrollment,
    teacher: User | None,
    start: datetime,
    by: User,
    at: datetime,
    topic: str = "",
    kind: str = Session.Kind.COURSE,
    chosen_at: datetime | None = None,
    instead_of: Session | None = None,
) -> Session:
    """Book a session of the enrollment: mail, notification and reminders for both after commit.

    Without a teacher it is the enrollment's own, else one of those who are free then, at random;
    the first booking assigns them (rule TEACH-2). The length is the course's (BOOK-4).
    ``instead_of``: a session of the same enrollment, cancelled in the last 30 minutes; both are
    then notified of a rescheduling, nothing else differs (LATE-3). ``chosen_at``: since when the
    time is held for the student; the teacher's notice counts from there (HOLD-2).
    Not safe to repeat by itself: the API's Idempotency-Key is (BOOK-8). Raises the first refusal of
    ``booking_rules.refusal_of``: 400, 403, 409 or 422, or DatabaseBusy.
    """
    start = start.astimezone(UTC)
    teacher = teacher or enrollment.teacher
    if teacher is None:
        teacher = pick_teacher(
            enrollment.course, student_id=enrollment.student_id, at=at, start=start
        )
    request = BookingRequest(
        by_id=by.pk,
        student_id=enrollment.student_id,
        enrollment_id=enrollment.pk,
        teacher_id=teacher.pk if teacher else None,
        start=start,
        minutes=enrollment.course.session_minutes,
        kind=kind,
        at=at,
        chosen_at=chosen_at,
    )
    # Before any lock: of many who want one time most are refused here.
    check_booking(request)
    if teacher is None:
        raise NoTeacherFree
    session = Session(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=teacher,
        student=enrollment.student,
        kind=kind,
        scheduled_start=start,
        scheduled_end=start + timedelta(minutes=request.minutes),
        topic=clean(topic)[:500],
        booked_by=by,
        rescheduled_from=_replaced(enrollment, instead_of, at),
        created_at=at,
        updated_at=at,
    )
    return run_with_retry(lambda: write_booking(request, session, by=by, at=at))


def book_intro(
    *, teacher: User, course: Course, start: datetime, by: User, at: datetime, topic: str = ""
) -> Session:
    """Book a free meeting of 15 minutes about a course, before anything is paid (rule BOOK-11).

    Once for each member and teacher, in hours that the teacher flagged, at most four of a teacher a
    day. Both get mail, a notification and reminders. It belongs to no enrollment and moves no
    money. Not safe to repeat by itself: the second is refused. Raises Unverified, MetAlready,
    IntrosFull, TeacherNotAvailable, or what refuses a session at that time.
    """
    require_verified(by)
    start = start.astimezone(UTC)
    request = BookingRequest(
        by_id=by.pk,
        student_id=by.pk,
        enrollment_id=None,
        teacher_id=teacher.pk,
        course_id=course.pk,
        start=start,
        minutes=INTRO_LENGTH // timedelta(minutes=1),
        kind=Session.Kind.INTRO,
        at=at,
    )
    check_booking(request)
    session = Session(
        course=course,
        teacher=teacher,
        student=by,
        kind=Session.Kind.INTRO,
        scheduled_start=start,
        scheduled_end=start + INTRO_LENGTH,
        topic=clean(topic)[:500],
        booked_by=by,
        created_at=at,
        updated_at=at,
    )
    return run_with_retry(lambda: write_booking(request, session, by=by, at=at))


def write_booking(
    request: BookingRequest, session: Session, *, by: User, at: datetime, arranged: str = ""
) -> Session:
    """Lock the enrollment, then both members by id; look again; write and notify."""
    enrollment, teacher = session.enrollment, session.teacher
    with refusing_taken_seats(request), transaction.atomic():
        if enrollment is not None:
            lock_enrollment_row(enrollment)
        lock_members(teacher.pk, session.student_id)
        give_way(teacher_id=teacher.pk, student_id=session.student_id, at=at)
        state = check_booking(request)
        if enrollment is not None and state.sets_teacher:
            assign_teacher(enrollment=enrollment, teacher=teacher, at=at, by=by)
        session.teacher_busy_until = session.scheduled_end + state.buffer
        session.save(force_insert=True)
        plan_reminders(session=session, at=at)
        announce_booked(session, at=at)
        _notify(session, by=by, arranged=arranged, at=at)
    return session


def announce_booked(session: Session, *, at: datetime) -> None:
    """Tell other apps that a session is booked; to be called in its transaction."""
    announce(
        SessionBooked(
            session_id=session.pk,
            enrollment_id=session.enrollment_id,
            teacher_id=session.teacher_id,
            student_id=session.student_id,
            at=at,
        )
    )


@contextmanager
def refusing_taken_seats(request: BookingRequest) -> Iterator[None]:
    """Turn the error of the constraint on seats, which has the last word, into SlotTaken.

    To be put around the transaction.
    """
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is None or diagnosis.constraint_name != SEAT_CONSTRAINT:
            raise
        # The detail begins with the seat that was refused: "Key (user_id, during)=(<id>, ...".
        refused = (diagnosis.message_detail or "").partition("conflicts")[0]
        side = "teacher" if str(request.teacher_id) in refused else "student"
        raise request.taken(side) from error


def _replaced(enrollment: Enrollment, old: Session | None, at: datetime) -> Session | None:
    """The cancelled session, if a new one still counts as that one rescheduled."""
    if old is None or old.cancelled_at is None or old.enrollment_id != enrollment.pk:
        return None
    was_replaced = Session.objects.filter(rescheduled_from=old).exists()
    return None if was_replaced or at - old.cancelled_at > REPLACED_WITHIN else old


def _notify(session: Session, *, by: User, arranged: str, at: datetime) -> None:
    old = session.rescheduled_from
    if old is None:
        notify_booked(session, arranged=arranged, at=at)
    else:
        reason = old.cancel_reason
        notify_rescheduled(session, by=by, old_start=old.scheduled_start, reason=reason, at=at)
