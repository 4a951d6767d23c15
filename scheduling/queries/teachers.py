"""Who can teach a student, and when next."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from django.conf import settings

from accounts.models import User
from catalog.models import Course
from learning.models import Enrollment, StudentTeacher
from learning.queries import CourseTeacher, eligible_teachers
from scheduling.queries.schedules import Schedule, schedules


@dataclass(frozen=True, slots=True)
class TeacherTimes:
    """A teacher of a course, and when they are free next: None if not in the days looked at."""

    row: StudentTeacher | CourseTeacher
    next_at: datetime | None
    schedule: Schedule

    @property
    def user(self) -> User | CourseTeacher:
        """The person."""
        return self.row.user

    @property
    def taught(self) -> int | None:
        """How many students they taught; None for a beginner."""
        return self.row.students_taught or None

    @property
    def rating(self) -> float | None:
        """How their students rate their teaching of this course; None before the first did."""
        return None if self.row.rating is None else float(self.row.rating)

    @property
    def rating_count(self) -> int:
        """How many students that figure comes from."""
        return self.row.rating_count


def teachers_by_next_free(
    rows: Iterable[StudentTeacher | CourseTeacher],
    *,
    minutes: int,
    at: datetime,
    days: int | None = None,
    students: Collection[UUID] = (),
) -> list[TeacherTimes]:
    """Teachers of a course, those with the soonest free time first: two statements in all.

    ``minutes`` is the length of a session, ``days`` how far to look, by default the horizon of
    booking. What is held for one of ``students`` counts as free. Those without a free time come
    last, in the order given.
    """
    days = days or settings.BOOKING_HORIZON_DAYS
    rows = list(rows)
    ends = at + timedelta(days=days)
    found = schedules([row.user_id for row in rows], start=at, end=ends, at=at, students=students)
    teachers = []
    for row in rows:
        schedule = found[row.user_id]
        next_at = schedule.next_start(minutes=minutes, at=at, days=days)
        teachers.append(TeacherTimes(row, next_at, schedule))
    return sorted(teachers, key=lambda one: (one.next_at is None, one.next_at or at))


def next_free(
    teachers: Collection[UUID],
    *,
    minutes: int | Mapping[UUID, int],
    at: datetime,
    days: int | None = None,
) -> dict[UUID, datetime | None]:
    """The next free time of each teacher, None if there is none: two statements in all.

    ``minutes`` is the length of a session, or that of each teacher; ``days`` how far to look, by
    default the horizon of booking.
    """
    days = days or settings.BOOKING_HORIZON_DAYS
    found = schedules(teachers, start=at, end=at + timedelta(days=days), at=at)
    lengths = dict.fromkeys(found, minutes) if isinstance(minutes, int) else minutes
    return {
        key: schedule.next_start(minutes=lengths[key], at=at, days=days)
        for key, schedule in found.items()
    }


def teachers_for(enrollment: Enrollment) -> list[StudentTeacher]:
    """Who may be chosen to teach the enrollment: everybody eligible but the student."""
    return _teachers_but(enrollment.course, enrollment.student_id)


def chosen_teacher(enrollment: Enrollment, wanted: str) -> User | None:
    """The teacher whose id a page sent, if they may be chosen to teach the enrollment."""
    try:
        key = UUID(wanted)
    except ValueError:
        return None
    return next((row.user for row in teachers_for(enrollment) if row.user_id == key), None)


def pick_teacher(
    course: Course, *, student_id: UUID, at: datetime, start: datetime | None = None
) -> User | None:
    """One of the teachers of a course who are free, at random, each as likely (rule TEACH-2).

    Free at that start, or without one at any time within the horizon of booking. None if nobody is.
    """
    days, minutes = settings.BOOKING_HORIZON_DAYS, course.session_minutes
    rows = _teachers_but(course, student_id)
    found = schedules([row.user_id for row in rows], start=at, end=at + timedelta(days=days), at=at)

    def is_free(schedule: Schedule) -> bool:
        if start is None:
            return schedule.next_start(minutes=minutes, at=at, days=days) is not None
        return schedule.can_teach_at(start, minutes=minutes, at=at, days=days)

    free = [row.user for row in rows if is_free(found[row.user_id])]
    return SystemRandom().choice(free) if free else None


def _teachers_but(course: Course, student_id: UUID) -> list[StudentTeacher]:
    return [row for row in eligible_teachers(course) if row.user_id != student_id]
