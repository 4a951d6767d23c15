"""Booking: two people get a time together, and nobody is in two places (rules BOOK-1 to BOOK-6)."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from learning.actions import assign_teacher
from learning.actions.locks import lock_enrollment, lock_enrollment_row
from learning.actions.teachers import TeacherNotAvailable
from learning.models import Enrollment
from learning.queries import eligible_teachers
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden
from peerloop.kit.retries import once_more
from peerloop.kit.text import clean
from scheduling.actions.checks import (
    check_enrollment,
    check_freedom,
    check_horizon,
    check_places,
    check_start,
    check_teacher,
    lock_people,
    slot_taken,
    span_around,
)
from scheduling.actions.reminders import plan_reminders
from scheduling.events import SessionBooked
from scheduling.letters import tell_booked, tell_moved
from scheduling.models import Session
from scheduling.queries.slots import Diary, diaries, free_at
from scheduling.slots import bookable_span, first_free, fits, minute_of

# Cancelling and booking again so soon is a move, in words (rule LATE-3).
MOVED_WITHIN = timedelta(minutes=30)


class NoTeacherFree(TeacherNotAvailable):
    """Nobody who may teach the course has a free time (rule TEACH-2)."""

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
    instead_of: Session | None = None,
) -> Session:
    """Book a session of the enrollment: mail, notice and reminders for both follow after commit.

    Without a teacher the enrollment's own is taken, else one is drawn evenly among those who are
    free then; the first booking assigns them (rule TEACH-2). The length is the course's (BOOK-4).
    ``instead_of``: a session of the same enrollment, cancelled in the last 30 minutes; both then
    read of a move, nothing else differs (LATE-3).
    Not safe to repeat by itself: the API's Idempotency-Key is (BOOK-8). Raises, in the order of
    rule BOOK-1: EnrollmentClosed, NotCertified, OtherTeacher, TeacherNotAvailable (403),
    OutsideWindow, OutsideHours (400), PlacesUsed (422), SlotTaken (409).
    """
    if by.pk != enrollment.student_id:
        raise Forbidden("Only the student books sessions of this course.")
    start = start.astimezone(UTC)
    check_enrollment(enrollment)
    if teacher is None:
        teacher = enrollment.teacher or _draw_for(enrollment, start, at)
    _check(enrollment, teacher, start, kind, by=by, at=at)
    wish = Session(topic=clean(topic)[:500], kind=kind)
    wish.rescheduled_from = _replaced(enrollment, instead_of, at)
    return once_more(lambda: _book(enrollment, teacher, start, by, at, wish))


def _replaced(enrollment: Enrollment, old: Session | None, at: datetime) -> Session | None:
    """The cancelled session, if booking another one is still its move."""
    if old is None or old.cancelled_at is None or old.enrollment_id != enrollment.pk:
        return None
    was_replaced = Session.objects.filter(rescheduled_from=old).exists()
    return None if was_replaced or at - old.cancelled_at > MOVED_WITHIN else old


def _check(
    enrollment: Enrollment, teacher: User, start: datetime, kind: str, *, by: User, at: datetime
) -> None:
    """Everything once before any lock: in a run on one slot most people leave here."""
    minutes = enrollment.course.session_minutes
    check_teacher(enrollment, teacher)
    check_horizon(start=start, at=at)
    found = _diaries(enrollment, teacher, start)
    check_start(found[teacher.pk], start=start, minutes=minutes, at=at)
    check_places(enrollment, kind)
    check_freedom(
        teacher=teacher,
        student=enrollment.student,
        diaries=found,
        start=start,
        minutes=minutes,
        by=by,
    )


def _book(
    enrollment: Enrollment,
    teacher: User,
    start: datetime,
    by: User,
    at: datetime,
    wish: Session,
) -> Session:
    """Under locks, in their order: the enrollment, then both people by id; then look again.

    Rows are read whole only once it is clear that the time is had: most come too late for it.
    """
    try:
        with transaction.atomic():
            lock_enrollment_row(enrollment)
            people = lock_people(teacher, enrollment.student)
            if not all(person.may_sign_in for person in people):
                raise TeacherNotAvailable
            check_enrollment(enrollment)
            if enrollment.teacher_id != teacher.pk:
                assign_teacher(enrollment=enrollment, teacher=teacher, at=at, by=by)
            check_places(enrollment, wish.kind)
            found = _diaries(enrollment, teacher, start)
            check_freedom(
                teacher=teacher,
                student=enrollment.student,
                diaries=found,
                start=start,
                minutes=enrollment.course.session_minutes,
                by=by,
            )
            lock_enrollment(enrollment)
            session = _make(enrollment, teacher, start, found[teacher.pk], by, at)
            session.topic, session.kind = wish.topic, wish.kind
            session.rescheduled_from = wish.rescheduled_from
            session.save(force_insert=True)
            plan_reminders(session=session, at=at)
            announce(_fact(session, at))
            _tell(session, by=by, at=at)
            return session
    except IntegrityError as error:
        refusal = slot_taken(error, teacher=teacher, student=enrollment.student, by=by)
        if refusal is None:
            raise
        raise refusal from error


def _tell(session: Session, *, by: User, at: datetime) -> None:
    old = session.rescheduled_from
    if old is None:
        tell_booked(session, at=at)
    else:
        reason = old.cancel_reason
        tell_moved(session, by=by, old_start=old.scheduled_start, reason=reason, at=at)


def _diaries(enrollment: Enrollment, teacher: User, start: datetime) -> dict[UUID, Diary]:
    begin, end = span_around(start, enrollment.course.session_minutes)
    return diaries([teacher], start=begin, end=end, students=[enrollment.student])


def _make(
    enrollment: Enrollment, teacher: User, start: datetime, diary: Diary, by: User, at: datetime
) -> Session:
    end = start + timedelta(minutes=enrollment.course.session_minutes)
    return Session(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=teacher,
        student=enrollment.student,
        scheduled_start=start,
        scheduled_end=end,
        teacher_busy_until=end + timedelta(minutes=diary.hours.buffer),
        booked_by=by,
        created_at=at,
        updated_at=at,
    )


def _fact(session: Session, at: datetime) -> SessionBooked:
    return SessionBooked(
        session_id=session.pk,
        enrollment_id=session.enrollment_id,
        teacher_id=session.teacher_id,
        student_id=session.student_id,
        at=at,
    )


def _draw_for(enrollment: Enrollment, start: datetime, at: datetime) -> User:
    check_horizon(start=start, at=at)
    return draw_teacher(enrollment, start=start, at=at)


def draw_teacher(enrollment: Enrollment, *, at: datetime, start: datetime | None = None) -> User:
    """One of the eligible teachers who has a free time, drawn evenly (rule TEACH-2).

    With ``start``: free at that very time. Raises NoTeacherFree.
    """
    minutes = enrollment.course.session_minutes
    days = settings.BOOKING_HORIZON_DAYS
    teachers = [
        row.user
        for row in eligible_teachers(enrollment.course)
        if row.user_id != enrollment.student_id
    ]
    found = diaries(teachers, start=at, end=at + timedelta(days=days))

    def is_free(teacher: User) -> bool:
        diary = found[teacher.pk]
        first, last = bookable_span(diary.hours, at=at, days=days)
        if start is not None:
            return (
                first <= minute_of(start) < last
                and fits(diary.hours, minutes=minutes, start=start)
                and free_at(diary, minutes=minutes, start=start)
            )
        busy = diary.busy_as_teacher
        free = first_free(diary.hours, minutes=minutes, first=first, last=last, busy=busy)
        return free is not None

    free = [teacher for teacher in teachers if is_free(teacher)]
    if not free:
        raise NoTeacherFree
    return random.SystemRandom().choice(free)
