"""What stands between a wish and a session, in the order of rule BOOK-1."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from accounts.models import User
from learning.actions.teachers import OtherTeacher, TeacherNotAvailable
from learning.models import Enrollment
from learning.queries import may_teach
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, LimitReached, Refused
from scheduling.models import Session
from scheduling.queries.sessions import open_and_completed, places_of
from scheduling.queries.slots import Diary, latest_bookable
from scheduling.slots import Busy, bookable_span, fits, minute_of

SEAT_CONSTRAINT = "seat_one_place_at_a_time"
FIELD = "scheduled_start"
# By SQL and by these columns: whoever is too late for a time pays for nothing else.
PEOPLE = (
    "SELECT id, is_active, deleted_at, suspended_at, suspended_until FROM users"
    " WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
)


class EnrollmentClosed(Forbidden):
    """Sessions are booked in a course that is still being learned."""

    code = "enrollment_closed"
    message = "This enrollment is closed, so no session can be booked in it."


class BookingBlocked(Forbidden):
    """Too many late cancellations (rule LATE-4)."""

    code = "booking_blocked"
    message = (
        "Booking is paused in this course after three late cancellations or missed sessions. "
        "Ask your teacher or the creator of the course to open it again."
    )


class NotCertified(Refused):
    """Not a student-teacher of this course at all."""

    status = 422
    code = "teacher_not_certified"
    message = "This person does not teach this course. Choose one of its teachers."


class OutsideWindow(Invalid):
    """In the past, too soon or too far ahead (rule AVL-9)."""

    code = "start_not_bookable"


class OutsideHours(Invalid):
    """Not a time at which the teacher can be booked (rules AVL-4, AVL-7)."""

    code = "outside_availability"
    message = "The teacher is not open at that time. Pick one of the free times."


class PlacesUsed(LimitReached):
    """All sessions of that kind are held or booked (rule BOOK-2)."""

    code = "no_session_left"


class SlotTaken(Conflict):
    """Somebody is busy then; ``side`` says who, never with whom (rule BOOK-3)."""

    code = "slot_taken"

    def __init__(self, side: str, *, yours: bool = False) -> None:
        message = "That time was just taken. Nothing was booked; pick another time."
        if yours:
            message = "You already have a session at that time. Pick another time."
        elif side == "student":
            message = "The student already has a session at that time. Pick another time."
        super().__init__(message, fields={FIELD: [message]}, side=side)


def check_enrollment(enrollment: Enrollment) -> None:
    """Still being learned, and not paused after late cancellations."""
    if not enrollment.is_active:
        raise EnrollmentClosed
    if enrollment.booking_blocked_at is not None:
        raise BookingBlocked


def check_teacher(enrollment: Enrollment, teacher: User) -> None:
    """Certified for the course, the one assigned if there is one, and open for teaching."""
    is_on = may_teach(teacher, enrollment.course_id)
    if is_on is None:
        raise NotCertified(fields={"teacher_id": [NotCertified.message]})
    if enrollment.teacher_id not in (None, teacher.pk):
        raise OtherTeacher
    if not is_on or not teacher.may_sign_in or teacher.pk == enrollment.student_id:
        raise TeacherNotAvailable


def check_horizon(*, start: datetime, at: datetime) -> None:
    """In the future, and not further ahead than anybody can be booked (rule AVL-9)."""
    if start <= at:
        raise _outside("That time has passed. Pick a time in the future.")
    if start > latest_bookable(at=at):
        days = settings.BOOKING_HORIZON_DAYS
        raise _outside(f"That is too far ahead: book at most {days} days before.")


def check_start(diary: Diary, *, start: datetime, minutes: int, at: datetime) -> None:
    """Not inside the teacher's notice, and one of the starts that the hours offer."""
    first, _ = bookable_span(diary.hours, at=at, days=settings.BOOKING_HORIZON_DAYS)
    if minute_of(start) < first:
        hours = diary.hours.notice / 60
        raise _outside(f"That is too soon: this teacher needs {hours:g} hours of notice.")
    if not fits(diary.hours, minutes=minutes, start=start):
        raise OutsideHours(fields={FIELD: [OutsideHours.message]})


def _outside(message: str) -> OutsideWindow:
    return OutsideWindow(message, fields={FIELD: [message]})


def check_places(enrollment: Enrollment, kind: str) -> None:
    """A place of that kind is left (rule BOOK-2)."""
    allowed = places_of(enrollment, kind)
    if open_and_completed(enrollment, kind=kind).taken >= allowed:
        words = {
            Session.Kind.COURSE: "All sessions of this course are booked or held.",
            Session.Kind.MAKEUP: "There is no make-up session to book.",
            Session.Kind.EXTRA: "There is no extra session to book.",
        }.get(Session.Kind(kind), "Sessions of this kind are not booked here.")
        raise PlacesUsed(words, allowed=allowed)


def check_freedom(
    *,
    teacher: User,
    student: User,
    diaries: Mapping[UUID, Diary],
    start: datetime,
    minutes: int,
    by: User,
) -> None:
    """Neither sits anywhere else then, the teacher's buffer included; the teacher's side first."""
    if _touches(diaries[teacher.pk].busy_as_teacher, start, minutes):
        raise SlotTaken("teacher", yours=by.pk == teacher.pk)
    if _touches(diaries[student.pk].busy_as_student, start, minutes):
        raise SlotTaken("student", yours=by.pk == student.pk)


def _touches(busy: list[Busy], start: datetime, minutes: int) -> bool:
    first = minute_of(start)
    return any(begins < first + minutes and first < ends for begins, ends in busy)


def slot_taken(
    error: IntegrityError, *, teacher: User, student: User, by: User
) -> SlotTaken | None:
    """The refusal of the seat constraint, which has the last word; nothing for another error."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None or diagnosis.constraint_name != SEAT_CONSTRAINT:
        return None
    # The detail begins with the seat that was refused: "Key (user_id, during)=(<id>, ...".
    refused = (diagnosis.message_detail or "").partition("conflicts")[0]
    if str(teacher.pk) in refused:
        return SlotTaken("teacher", yours=by.pk == teacher.pk)
    return SlotTaken("student", yours=by.pk == student.pk)


def lock_people(*people: User) -> list[User]:
    """Lock members in the order of their ids: without it racing bookings die of deadlocks.

    Gives what is needed to know whether they may still sign in: an account may have been closed
    meanwhile.
    """
    keys = list({person.pk for person in people})
    return list(User.objects.raw(PEOPLE, [keys]))


def span_around(start: datetime, minutes: int) -> tuple[datetime, datetime]:
    """The span in which sessions may touch one that starts there, buffers included."""
    return start - timedelta(hours=1), start + timedelta(minutes=minutes, hours=1)
