"""What a student can book now: who, when, how many: for the booking pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from catalog.models import CourseModule
from learning.models import Enrollment, StudentTeacher
from learning.queries import eligible_teachers, modules_of
from peerloop.kit.formats import zone_of
from scheduling.models import Session
from scheduling.queries.hours import settings_of
from scheduling.queries.sessions import STANDING, places_left
from scheduling.queries.slots import (
    diaries,
    free_slots,
    latest_bookable,
    next_free,
    slots_between,
)
from scheduling.slots import bookable_span, slots
from scheduling.weeks import Strip, strip_of

ANY = "any"


@dataclass(frozen=True, slots=True)
class TeacherChoice:
    """A teacher who may be chosen, with the next free time."""

    row: StudentTeacher
    next_at: datetime | None

    @property
    def user(self) -> User:
        """The person."""
        return self.row.user


@dataclass(frozen=True, slots=True)
class Offer:
    """Free times of one teacher, or of anybody (``teacher`` is None), arranged by day."""

    teacher: User | None
    teacher_zone: str
    strip: Strip[datetime]
    total: int


def zone_for(user: User) -> ZoneInfo:
    """The zone in which the member reads times: UTC while unknown."""
    return zone_of(user.timezone) or ZoneInfo("UTC")


def teacher_choices(enrollment: Enrollment, *, at: datetime) -> list[TeacherChoice]:
    """Who may teach the enrollment, those with the soonest free time first."""
    rows = [
        row for row in eligible_teachers(enrollment.course) if row.user_id != enrollment.student_id
    ]
    minutes = enrollment.course.session_minutes
    soonest = next_free([row.user for row in rows], minutes=minutes, at=at)
    choices = [TeacherChoice(row, soonest[row.user_id]) for row in rows]
    last = latest_bookable(at=at)
    return sorted(choices, key=lambda choice: (choice.next_at is None, choice.next_at or last))


def next_kind(enrollment: Enrollment) -> str | None:
    """Which kind of session can be booked next: of the course, else made up, else extra."""
    return next((kind for kind, left in places_left(enrollment).items() if left), None)


def module_for(enrollment: Enrollment, start: datetime | None = None) -> CourseModule | None:
    """The module that a new session would teach: by its place in time (rule BOOK-6)."""
    standing = Session.objects.filter(
        enrollment=enrollment, kind=Session.Kind.COURSE, status__in=STANDING
    )
    before = standing.filter(scheduled_start__lt=start) if start else standing
    place, modules = before.count(), modules_of(enrollment)
    return modules[place] if place < len(modules) else None


def offer_of(
    enrollment: Enrollment, teacher: User | None, *, at: datetime, wanted: date | None
) -> Offer:
    """Free times for a new session, with one teacher or with anybody who may teach the course."""
    if teacher is None:
        starts = _starts_of_anybody(enrollment, at)
    else:
        minutes, student = enrollment.course.session_minutes, enrollment.student
        found = free_slots(teacher=teacher, minutes=minutes, student=student, at=at)
        starts = [slot.start for slot in found if slot.is_available]
    return _offer(enrollment.student, teacher, starts, at, wanted)


def move_offer(session: Session, viewer: User, *, at: datetime, wanted: date | None) -> Offer:
    """Free times to which a session can move: its own time is not in its way."""
    minutes = (session.scheduled_end - session.scheduled_start).seconds // 60
    found = slots_between(
        teacher=session.teacher,
        minutes=minutes,
        start=at,
        end=latest_bookable(at=at),
        student=session.student,
        at=at,
        without=session,
    )
    starts = [
        slot.start for slot in found if slot.is_available and slot.start != session.scheduled_start
    ]
    return _offer(viewer, session.teacher, starts, at, wanted)


def _offer(
    viewer: User, teacher: User | None, starts: list[datetime], at: datetime, wanted: date | None
) -> Offer:
    last = latest_bookable(at=at)
    strip = strip_of(starts, zone=zone_for(viewer), at=at, wanted=wanted, last=last)
    zone = settings_of(teacher).timezone if teacher else ""
    return Offer(teacher=teacher, teacher_zone=zone, strip=strip, total=len(starts))


def _starts_of_anybody(enrollment: Enrollment, at: datetime) -> list[datetime]:
    teachers = [choice.user for choice in _eligible(enrollment)]
    last = latest_bookable(at=at)
    found = diaries(teachers, start=at, end=last, students=[enrollment.student])
    student = found[enrollment.student_id].busy_as_student
    starts: set[datetime] = set()
    for teacher in teachers:
        diary = found[teacher.pk]
        first, end = bookable_span(diary.hours, at=at, days=settings.BOOKING_HORIZON_DAYS)
        busy = [*diary.busy_as_teacher, *student]
        minutes = enrollment.course.session_minutes
        free = slots(diary.hours, minutes=minutes, first=first, last=end, busy=busy)
        starts.update(slot.start for slot in free if slot.is_available)
    return sorted(starts)


def _eligible(enrollment: Enrollment) -> Iterable[StudentTeacher]:
    rows = eligible_teachers(enrollment.course)
    return [row for row in rows if row.user_id != enrollment.student_id]


def chosen_teacher(enrollment: Enrollment, wanted: str) -> User | None:
    """The teacher whom a page's ``teacher`` names, if they may teach the enrollment."""
    try:
        key = UUID(wanted)
    except ValueError:
        return None
    return next((row.user for row in _eligible(enrollment) if row.user_id == key), None)
