"""Free meetings of 15 minutes with a teacher: who offers them, and when (rule BOOK-11)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from catalog.models import Course
from learning.models import StudentTeacher
from scheduling.booking_rules import INTROS_A_DAY
from scheduling.models import Availability, Session
from scheduling.models.session import INTRO_LENGTH
from scheduling.queries.free_times import FreeTimes, slots_of, zone_for
from scheduling.queries.schedules import schedules
from scheduling.slots import Slot
from scheduling.weeks import strip_of

INTRO_MINUTES = INTRO_LENGTH // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IntroOffer:
    """What a teacher can be met about, and whether any hours are open for it."""

    teacher: User
    courses: list[Course]
    has_hours: bool

    @property
    def is_open(self) -> bool:
        """Whether a free meeting can be booked at all."""
        return self.has_hours and bool(self.courses)

    def course_of(self, slug: str) -> Course | None:
        """The one with that slug; where there is only one, that one."""
        if len(self.courses) == 1:
            return self.courses[0]
        return next((course for course in self.courses if course.slug == slug), None)


def intro_offer(teacher: User) -> IntroOffer:
    """The courses that the teacher may teach now, by title, and whether hours are flagged."""
    rights = StudentTeacher.objects.eligible().filter(user=teacher).select_related("course")
    courses = sorted((right.course for right in rights), key=lambda course: course.title)
    return IntroOffer(teacher, courses, _flagged(teacher))


def intro_with(teacher: User, student: User) -> Session | None:
    """The free meeting of the two that is booked or was held."""
    rows = Session.objects.intros().filter(student=student, teacher=teacher)
    return rows.select_related("course", "teacher", "student").first()


def intro_times(
    teacher: User,
    *,
    student: User | None,
    zone: ZoneInfo,
    at: datetime,
    wanted: date | None,
    moved: Session | None = None,
) -> FreeTimes:
    """When a free meeting can be booked, or the one that is ``moved`` held instead, a week at a
    time in the viewer's ``zone``. ``student`` is None for a visitor who has not signed in.
    """
    last = at + timedelta(days=settings.BOOKING_HORIZON_DAYS)
    found = intro_slots(teacher=teacher, student=student, start=at, end=last, at=at, moved=moved)
    own = moved.scheduled_start if moved else None
    starts = [slot.start for slot in found if slot.is_available and slot.start != own]
    strip = strip_of(starts, zone=zone, at=at, wanted=wanted, last=last)
    return FreeTimes(teacher, teacher.zone_name, strip, total=len(starts))


def times_to_move_intro(
    session: Session, viewer: User, *, at: datetime, wanted: date | None
) -> FreeTimes:
    """When a free meeting could be held instead, for one of its two people."""
    return intro_times(
        session.teacher,
        student=session.student,
        zone=zone_for(viewer),
        at=at,
        wanted=wanted,
        moved=session,
    )


def intro_slots(
    *,
    teacher: User,
    student: User | None,
    start: datetime,
    end: datetime,
    at: datetime,
    moved: Session | None = None,
) -> list[Slot]:
    """The times of free meetings inside a span, taken ones marked; none on days that are full.

    Three statements.
    """
    students = [student.pk] if student else []
    without = moved.pk if moved else None
    found = schedules([teacher.pk], start=start, end=end, at=at, students=students, without=without)
    schedule = found[teacher.pk].for_intros
    slots = slots_of(
        schedule,
        minutes=INTRO_MINUTES,
        start=start,
        end=end,
        at=at,
        taken=found[student.pk].busy_as_student if student else [],
    )
    zone = ZoneInfo(schedule.hours.zone)
    full = _full_days(teacher, zone, start=start, end=end, moved=moved)
    return [slot for slot in slots if slot.start.astimezone(zone).date() not in full]


def _full_days(
    teacher: User, zone: ZoneInfo, *, start: datetime, end: datetime, moved: Session | None
) -> set[date]:
    """The teacher's dates on which no further free meeting is booked."""
    margin = timedelta(days=1)
    rows = Session.objects.intros().filter(
        teacher=teacher, scheduled_start__gt=start - margin, scheduled_start__lt=end + margin
    )
    if moved is not None:
        rows = rows.exclude(pk=moved.pk)
    starts = rows.values_list("scheduled_start", flat=True)
    days = Counter(start.astimezone(zone).date() for start in starts)
    return {day for day, count in days.items() if count >= INTROS_A_DAY}


def _flagged(teacher: User) -> bool:
    return Availability.objects.filter(user=teacher, is_intro=True).exists()
