"""The free times of one teacher in the next days, as their page shows them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from accounts.models import User
from catalog.models import Course
from peerloop.kit.periods import zone_or_none
from scheduling.queries import schedules

DAYS = 7
TIMES_A_DAY = 5


@dataclass(frozen=True, slots=True)
class DayFree:
    """The first free times of one day in the viewer's zone, and how many more there are."""

    times: list[datetime]
    more: int = 0

    @property
    def day(self) -> datetime:
        """A moment of the day, for its name."""
        return self.times[0]


@dataclass(frozen=True, slots=True)
class TeacherWeek:
    """A teacher's free days of the next week, and the next free time, which may be later.

    ``takes_intros``: whether free meetings can be booked (rule BOOK-11).
    """

    days: list[DayFree]
    next_at: datetime | None
    takes_intros: bool = False


def teacher_week(member: User, course: Course | None, *, at: datetime, zone: str) -> TeacherWeek:
    """When a session of the course can be booked with the teacher; two statements.

    ``zone`` is the viewer's, UTC where it is unknown. Without a course there is nothing to book.
    """
    if course is None:
        return TeacherWeek([], None)
    days, end = settings.PREVIEW_DAYS, at + timedelta(days=DAYS)
    ahead = at + timedelta(days=days)
    schedule = schedules([member.pk], start=at, end=ahead, at=at)[member.pk]
    viewer_zone, next_at = zone_or_none(zone) or UTC, None
    by_day: dict[date, list[datetime]] = {}
    for start in schedule.free_starts(minutes=course.session_minutes, at=at, days=days):
        next_at = next_at or start
        if start >= end:
            break
        by_day.setdefault(start.astimezone(viewer_zone).date(), []).append(start)
    shown = [
        DayFree(times[:TIMES_A_DAY], max(0, len(times) - TIMES_A_DAY)) for times in by_day.values()
    ]
    return TeacherWeek(shown, next_at, bool(schedule.hours.for_intros.windows))
