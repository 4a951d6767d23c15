"""Free times of teachers: two queries, however many teachers, days and sessions.

The rows come in by columns, never by ``during && range``: beside a plain ``user_id =`` such a
condition can make PostgreSQL read a whole GiST index.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from accounts.models import User
from scheduling.models import Session
from scheduling.slots import (
    Busy,
    Exceptional,
    Hours,
    Slot,
    Window,
    bookable_span,
    first_free,
    instant_at,
    minute_after,
    minute_of,
    slots,
)

DEFAULT_BUFFER_MINUTES = 15
# No session is longer: whatever may touch a span starts at most so long before it.
LONGEST = timedelta(days=1)
A_DAY = timedelta(days=1)


# Both reads are plain SQL: this is asked for every teacher in every list, and building them by the
# ORM would cost more than all the arithmetic. Times come as whole minutes for the same reason.
HOURS = """
SELECT users.id, said.timezone, said.buffer_minutes, said.notice_minutes,
    (SELECT jsonb_agg(jsonb_build_array(day_of_week, start_minute, end_minute, timezone,
                                        start_date, repeat_weeks))
     FROM availability WHERE user_id = users.id),
    (SELECT jsonb_agg(jsonb_build_array(date, is_available, start_minute, end_minute, timezone))
     FROM availability_overrides WHERE user_id = users.id AND date BETWEEN %s AND %s)
FROM users LEFT JOIN availability_settings AS said ON said.user_id = users.id
WHERE users.id = ANY(%s)
"""
SESSIONS = """
SELECT id, teacher_id, student_id, floor(extract(epoch FROM scheduled_start) / 60)::bigint,
    ceil(extract(epoch FROM scheduled_end) / 60)::bigint,
    ceil(extract(epoch FROM teacher_busy_until) / 60)::bigint
FROM sessions
WHERE status IN ('scheduled', 'in_progress') AND scheduled_start > %s AND scheduled_start < %s
    AND (teacher_id = ANY(%s) OR student_id = ANY(%s))
"""


@dataclass(slots=True)
class Diary:
    """What decides when one person can be booked: their hours, and the sessions that stand.

    Sessions are minutes since 1970: start and end, and for those taught the end of the buffer.
    """

    hours: Hours
    teaching: list[tuple[int, int, int]] = field(default_factory=list)
    studying: list[tuple[int, int]] = field(default_factory=list)

    @property
    def busy_as_teacher(self) -> list[Busy]:
        """Spans in which they can't teach: the buffer stands on both sides of everything."""
        buffer = self.hours.buffer
        spans = [(start - buffer, end + buffer) for start, end in self.studying]
        # A session keeps the buffer that stood when it was booked, if that was longer.
        spans += [
            (start - buffer, max(end + buffer, busy_until))
            for start, end, busy_until in self.teaching
        ]
        return spans

    @property
    def busy_as_student(self) -> list[Busy]:
        """Spans in which they can't study: just their seats, as the database keeps them."""
        return [(start, busy_until) for start, _, busy_until in self.teaching] + self.studying


def diaries(
    teachers: Iterable[User],
    *,
    start: datetime,
    end: datetime,
    students: Iterable[User] = (),
    without: Session | None = None,
) -> dict[UUID, Diary]:
    """The diaries of teachers, and of students (without hours), for a span: two queries.

    ``without`` leaves a session out: one that is to be moved is not in its own way.
    """
    people = {user.pk: user for user in teachers}
    found = _with_hours(people, start, end)
    for student in students:
        found.setdefault(student.pk, Diary(Hours(zone=student.zone_name)))
    if found:
        _add_sessions(found, start, end, without)
    return found


def _with_hours(people: dict[UUID, User], start: datetime, end: datetime) -> dict[UUID, Diary]:
    if not people:
        return {}
    first, last = (start - A_DAY).date(), (end + A_DAY).date()
    found = {}
    for key, zone, buffer, notice, windows, dates in _rows(HOURS, first, last, list(people)):
        if zone is None:
            zone, buffer = people[key].zone_name, DEFAULT_BUFFER_MINUTES
            notice = settings.BOOKING_NOTICE_MINUTES
        found[key] = Diary(
            Hours(
                zone,
                buffer,
                notice,
                tuple(_window(*values) for values in orjson.loads(windows or "[]")),
                tuple(_exceptional(*values) for values in orjson.loads(dates or "[]")),
            )
        )
    return found


def _window(
    weekday: int, start: int, end: int, zone: str, since: str | None, weeks: int | None
) -> Window:
    return Window(weekday, start, end, zone, date.fromisoformat(since) if since else None, weeks)


def _exceptional(
    day: str, is_open: bool, start: int | None, end: int | None, zone: str
) -> Exceptional:
    return Exceptional(date.fromisoformat(day), is_open, start or 0, end or 0, zone)


def _add_sessions(
    found: dict[UUID, Diary], start: datetime, end: datetime, without: Session | None
) -> None:
    people = list(found)
    rows = _rows(SESSIONS, start - LONGEST, end + LONGEST, people, people)
    for key, teacher_id, student_id, begins, ends, busy_until in rows:
        if without is not None and key == without.pk:
            continue
        if teacher_id in found:
            found[teacher_id].teaching.append((begins, ends, busy_until))
        if student_id in found:
            found[student_id].studying.append((begins, ends))


def _rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def free_slots(
    *,
    teacher: User,
    minutes: int,
    student: User | None = None,
    at: datetime,
    days: int | None = None,
) -> list[Slot]:
    """All slots of a teacher from now on, in order; taken ones have ``is_available`` false.

    ``minutes`` is the length of a session, ``days`` how far to look (at most the booking horizon).
    With a student, times at which they sit elsewhere count as taken too (rule AVL-10).
    """
    horizon = settings.BOOKING_HORIZON_DAYS
    end = at + timedelta(days=min(days or horizon, horizon))
    return slots_between(
        teacher=teacher, minutes=minutes, start=at, end=end, student=student, at=at
    )


def slots_between(
    *,
    teacher: User,
    minutes: int,
    start: datetime,
    end: datetime,
    student: User | None = None,
    at: datetime,
    without: Session | None = None,
) -> list[Slot]:
    """The slots that start inside a span, cut to what can be booked at all (rule AVL-9)."""
    students = [student] if student else []
    found = diaries([teacher], start=start, end=end, students=students, without=without)
    hours = found[teacher.pk].hours
    first, last = bookable_span(hours, at=at, days=settings.BOOKING_HORIZON_DAYS)
    first, last = max(first, minute_after(start)), min(last, minute_after(end))
    if first >= last:
        return []
    busy = found[teacher.pk].busy_as_teacher
    if student is not None:
        busy = busy + found[student.pk].busy_as_student
    return slots(hours, minutes=minutes, first=first, last=last, busy=busy)


def next_free(
    teachers: Iterable[User], *, minutes: int, at: datetime
) -> dict[UUID, datetime | None]:
    """The next free start of each teacher, or nothing inside the horizon: two queries in all."""
    horizon = settings.BOOKING_HORIZON_DAYS
    found = diaries(teachers, start=at, end=at + timedelta(days=horizon))
    answer = {}
    for user_id, diary in found.items():
        first, last = bookable_span(diary.hours, at=at, days=horizon)
        answer[user_id] = first_free(
            diary.hours, minutes=minutes, first=first, last=last, busy=diary.busy_as_teacher
        )
    return answer


def free_at(diary: Diary, *, minutes: int, start: datetime) -> bool:
    """Whether the person of the diary has nothing in the way of teaching at that time."""
    begins = minute_of(start)
    return all(
        busy_end <= begins or busy_start >= begins + minutes
        for busy_start, busy_end in diary.busy_as_teacher
    )


def latest_bookable(*, at: datetime) -> datetime:
    """The last instant at which a session may start now (rule AVL-9)."""
    return instant_at(minute_of(at + timedelta(days=settings.BOOKING_HORIZON_DAYS)))
