"""The teachers of a course with the times at which they can be booked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings

from accounts.models import User
from learning.models import StudentTeacher
from scheduling.queries import diaries
from scheduling.slots import bookable_span, first_free, minute_of, slots

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
    rows: Iterable[StudentTeacher], *, minutes: int, at: datetime
) -> TeachersFree:
    """When these teachers can be booked in the preview's days (rule AVL-13).

    ``minutes`` is the length of a session. The number of queries does not grow with the teachers.
    """
    rows = list(rows)
    if not rows:
        return TeachersFree([])
    days = settings.PREVIEW_DAYS
    books = diaries([row.user for row in rows], start=at, end=at + timedelta(days=days))
    found = []
    for row in rows:
        diary = books[row.user_id]
        first, last = bookable_span(diary.hours, at=at, days=days)
        next_at = first_free(
            diary.hours, minutes=minutes, first=first, last=last, busy=diary.busy_as_teacher
        )
        found.append(TeacherFree(row.user, row.students_taught, row.certified_date, next_at))
    found.sort(key=lambda one: (one.next_at is None, one.next_at or at))
    times: list[datetime] = []
    if found[0].next_at:
        diary = books[found[0].user.pk]
        _, last = bookable_span(diary.hours, at=at, days=days)
        day_and_more = minute_of(found[0].next_at)
        offered = slots(
            diary.hours,
            minutes=minutes,
            first=day_and_more,
            last=last,
            busy=diary.busy_as_teacher,
        )
        times = [slot.start for slot in offered if slot.is_available][:SHOWN_TIMES]
    return TeachersFree(found, times, at + WEEK)
