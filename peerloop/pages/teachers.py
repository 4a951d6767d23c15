"""The teachers of a course with their free times."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from learning.queries import CourseTeacher
from peerloop.kit.periods import zone_or_none
from scheduling.queries import Schedule, TeacherTimes, teachers_by_next_free

SHOWN_TIMES = 4
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TeachersFree:
    """All teachers of a course by next free time, and the first free times of the earliest."""

    teachers: list[TeacherTimes]
    times: list[datetime] = field(default_factory=list)
    week_ends: datetime | None = None

    @property
    def free(self) -> list[TeacherTimes]:
        """The teachers with a free time; the others are not shown as bookable."""
        return [teacher for teacher in self.teachers if teacher.next_at]

    @property
    def busy(self) -> int:
        """The number of teachers without a free time in the preview."""
        return len(self.teachers) - len(self.free)

    @property
    def free_this_week(self) -> int:
        """The number of teachers with a free time within seven days."""
        ends = self.week_ends
        return sum(1 for one in self.free if ends and one.next_at and one.next_at <= ends)

    @property
    def soonest(self) -> TeacherTimes | None:
        """The teacher with the earliest free time."""
        return self.free[0] if self.free else None


def teachers_free(
    rows: Iterable[CourseTeacher], *, minutes: int, at: datetime, zone: str = ""
) -> TeachersFree:
    """The free times of these teachers in the days of the preview (rule AVL-13).

    ``minutes`` is the length of a session, ``zone`` the viewer's. The number of queries is
    constant.
    """
    found = teachers_by_next_free(rows, minutes=minutes, at=at, days=settings.PREVIEW_DAYS)
    if not found or not found[0].next_at:
        return TeachersFree(found, week_ends=at + WEEK)
    times = _one_a_day(found[0].schedule, minutes=minutes, at=at, zone=zone)
    return TeachersFree(found, times, at + WEEK)


def _one_a_day(schedule: Schedule, *, minutes: int, at: datetime, zone: str) -> list[datetime]:
    """The first free time of each of the next free days in the viewer's zone."""
    viewer_zone = zone_or_none(zone) or UTC
    by_day: dict[date, datetime] = {}
    for start in schedule.free_starts(minutes=minutes, at=at, days=settings.PREVIEW_DAYS):
        by_day.setdefault(start.astimezone(viewer_zone).date(), start)
        if len(by_day) == SHOWN_TIMES:
            break
    return list(by_day.values())
