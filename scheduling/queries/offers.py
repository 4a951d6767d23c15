"""What a student can book now: who, when, how many: for the booking pages."""

from collections.abc import Iterable, Mapping
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
from scheduling.queries.sessions import STANDING
from scheduling.queries.slots import Diary, diaries, latest_bookable, next_free
from scheduling.slots import Busy, bookable_span, slots
from scheduling.weeks import Strip, strip_of

ANY = "any"


@dataclass(frozen=True, slots=True)
class TeacherChoice:
    """A teacher who may be chosen, with the next free time."""

    row: StudentTeacher
    next_at: datetime | None

    @property
    def taught(self) -> int | None:
        """How many students they taught; nothing for a beginner."""
        return self.row.students_taught or None

    @property
    def href(self) -> str:
        """Where their times are, seen from the page of the choice."""
        return f"?teacher={self.row.user_id}"

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

    @property
    def nothing_words(self) -> str:
        """What to say when there is no free time at all."""
        days = settings.BOOKING_HORIZON_DAYS
        name = self.teacher.name if self.teacher else "Nobody"
        return f"{name} has no free time in the next {days} days. New times appear here."


def zone_for(user: User) -> ZoneInfo:
    """The zone in which the member reads times: UTC while unknown."""
    return zone_of(user.timezone) or ZoneInfo("UTC")


def teacher_choices(enrollment: Enrollment, *, at: datetime) -> list[TeacherChoice]:
    """Who may teach the enrollment, those with the soonest free time first."""
    rows = _eligible(enrollment)
    minutes = enrollment.course.session_minutes
    soonest = next_free([row.user for row in rows], minutes=minutes, at=at)
    choices = [TeacherChoice(row, soonest[row.user_id]) for row in rows]
    last = latest_bookable(at=at)
    return sorted(choices, key=lambda choice: (choice.next_at is None, choice.next_at or last))


def next_kind(left: Mapping[str, int]) -> str | None:
    """Which kind of session is booked next: of the course, else made up, else extra."""
    return next((kind for kind, count in left.items() if count), None)


def module_at(enrollment: Enrollment, place: int) -> CourseModule | None:
    """The module of the session with so many standing ones before it (rule BOOK-6)."""
    modules = modules_of(enrollment)
    return modules[place] if place < len(modules) else None


def module_for(enrollment: Enrollment, start: datetime) -> CourseModule | None:
    """The module that a new session at that time would teach."""
    before = Session.objects.filter(
        enrollment=enrollment,
        kind=Session.Kind.COURSE,
        status__in=STANDING,
        scheduled_start__lt=start,
    )
    return module_at(enrollment, before.count())


def offer_of(
    enrollment: Enrollment, teacher: User | None, *, at: datetime, wanted: date | None
) -> Offer:
    """Free times for a new session, with one teacher or with anybody who may teach the course."""
    teachers = [teacher] if teacher else [row.user for row in _eligible(enrollment)]
    student, minutes = enrollment.student, enrollment.course.session_minutes
    found = diaries(teachers, start=at, end=latest_bookable(at=at), students=[student])
    taken = found[student.pk].busy_as_student
    starts: set[datetime] = set()
    for person in teachers:
        starts.update(_free_starts(found[person.pk], taken, minutes=minutes, at=at))
    zone = found[teacher.pk].hours.zone if teacher else ""
    return _offer(student, teacher, zone, sorted(starts), at, wanted)


def move_offer(session: Session, viewer: User, *, at: datetime, wanted: date | None) -> Offer:
    """Free times to which a session can move: its own time is not in its way."""
    minutes = (session.scheduled_end - session.scheduled_start).seconds // 60
    teacher, student = session.teacher, session.student
    found = diaries(
        [teacher], start=at, end=latest_bookable(at=at), students=[student], without=session
    )
    diary, taken = found[teacher.pk], found[student.pk].busy_as_student
    starts = [
        start
        for start in _free_starts(diary, taken, minutes=minutes, at=at)
        if start != session.scheduled_start
    ]
    return _offer(viewer, teacher, diary.hours.zone, starts, at, wanted)


def _free_starts(
    diary: Diary, taken: list[Busy], *, minutes: int, at: datetime
) -> Iterable[datetime]:
    first, last = bookable_span(diary.hours, at=at, days=settings.BOOKING_HORIZON_DAYS)
    busy = [*diary.busy_as_teacher, *taken]
    found = slots(diary.hours, minutes=minutes, first=first, last=last, busy=busy)
    return [slot.start for slot in found if slot.is_available]


def _offer(
    viewer: User,
    teacher: User | None,
    zone: str,
    starts: list[datetime],
    at: datetime,
    wanted: date | None,
) -> Offer:
    last = latest_bookable(at=at)
    strip = strip_of(starts, zone=zone_for(viewer), at=at, wanted=wanted, last=last)
    return Offer(teacher=teacher, teacher_zone=zone, strip=strip, total=len(starts))


def _eligible(enrollment: Enrollment) -> list[StudentTeacher]:
    rows = eligible_teachers(enrollment.course)
    return [row for row in rows if row.user_id != enrollment.student_id]


def chosen_teacher(enrollment: Enrollment, wanted: str) -> User | None:
    """The teacher whom a page's ``teacher`` names, if they may teach the enrollment."""
    try:
        key = UUID(wanted)
    except ValueError:
        return None
    return next((row.user for row in _eligible(enrollment) if row.user_id == key), None)
