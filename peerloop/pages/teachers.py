"""The teachers of a course with the times at which they can be booked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from accounts.models import User
from learning.models import StudentTeacher
from peerloop.kit.periods import zone_or_none
from scheduling.queries import Diary, diaries
from scheduling.slots import bookable_span, first_free, slots

SHOWN_TIMES = 4
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TeacherFree:
    """One teacher. Without ``next_at`` nothing of theirs can be booked in the days looked at."""

    user: User
    students_taught: int
    certified_date: date
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class TeachersFree:
    """All teachers of a course, soonest first, and the first free times of the soonest."""

    teachers: list[TeacherFree]
    times: list[datetime] = field(default_factory=list)
    week_ends: datetime | None = None

    @property
    def free(self) -> list[TeacherFree]:
        """Those with a time to show; the others are not shown as bookable."""
        return [teacher for teacher in self.teachers if teacher.next_at]

    @property
    def busy(self) -> int:
        """How many have no free time in the days looked at."""
        return len(self.teachers) - len(self.free)

    @property
    def free_this_week(self) -> int:
        """How many have a time within seven days."""
        ends = self.week_ends
        return sum(1 for one in self.free if ends and one.next_at and one.next_at <= ends)

    @property
    def soonest(self) -> TeacherFree | None:
        """Whose time is the next one."""
        return self.free[0] if self.free else None


def teachers_free(
    rows: Iterable[StudentTeacher], *, minutes: int, at: datetime, zone: str = ""
) -> TeachersFree:
    """When these teachers can be booked in the preview's days (rule AVL-13).

    ``minutes`` is the length of a session, ``zone`` the viewer's. The number of queries does not
    grow with the teachers.
    """
    rows = list(rows)
    if not rows:
        return TeachersFree([])
    end = at + timedelta(days=settings.PREVIEW_DAYS)
    books = diaries([row.user for row in rows], start=at, end=end)
    found = [
        TeacherFree(
            row.user,
            row.students_taught,
            row.certified_date,
            _next_free(books[row.user_id], minutes=minutes, at=at),
        )
        for row in rows
    ]
    found.sort(key=lambda one: (one.next_at is None, one.next_at or at))
    soonest = books[found[0].user.pk]
    times = _one_a_day(soonest, minutes=minutes, at=at, zone=zone) if found[0].next_at else []
    return TeachersFree(found, times, at + WEEK)


def _next_free(diary: Diary, *, minutes: int, at: datetime) -> datetime | None:
    first, last = bookable_span(diary.hours, at=at, days=settings.PREVIEW_DAYS)
    return first_free(
        diary.hours, minutes=minutes, first=first, last=last, busy=diary.busy_as_teacher
    )


def _one_a_day(diary: Diary, *, minutes: int, at: datetime, zone: str) -> list[datetime]:
    """The first free time of each of the next free days of the viewer: a choice, not a queue."""
    first, last = bookable_span(diary.hours, at=at, days=settings.PREVIEW_DAYS)
    offered = slots(
        diary.hours, minutes=minutes, first=first, last=last, busy=diary.busy_as_teacher
    )
    viewer_zone = zone_or_none(zone) or UTC
    by_day: dict[date, datetime] = {}
    for slot in offered:
        if slot.is_available:
            by_day.setdefault(slot.start.astimezone(viewer_zone).date(), slot.start)
    return list(by_day.values())[:SHOWN_TIMES]
