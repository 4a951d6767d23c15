"""People's schedules: the hours in which they can be booked, and the sessions that they have.

A time that is held for somebody who pays counts as a session of its teacher (rule HOLD-1).

Two statements, however many people, days and sessions. Sessions are found by columns, never by
``during && range``: beside a plain ``user_id =`` such a condition can make PostgreSQL read a whole
GiST index.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from peerloop.kit.periods import zone_or_none
from peerloop.kit.statements import prepared_rows, statement
from scheduling.models import Session
from scheduling.slots import (
    BusyTime,
    DateWindow,
    Hours,
    Window,
    bookable_span,
    first_free,
    fits,
    free_starts,
    minute_of,
    overlaps,
)

DEFAULT_BUFFER_MINUTES = 15
# No session is longer: whatever may touch a span starts at most so long before it.
MAX_SESSION = timedelta(days=1)
A_DAY = timedelta(days=1)

# Both are plain SQL: they are asked for every teacher of every list, and to build them by the ORM
# would cost more than all the arithmetic. Times come as whole minutes for the same reason.
HOURS = """
SELECT users.id, users.timezone, said.timezone, said.buffer_minutes, said.notice_minutes,
    (SELECT jsonb_agg(jsonb_build_array(day_of_week, start_minute, end_minute, timezone,
                                        start_date, repeat_weeks, is_intro))
     FROM availability WHERE user_id = users.id),
    (SELECT jsonb_agg(jsonb_build_array(date, is_available, start_minute, end_minute, timezone))
     FROM availability_overrides WHERE user_id = users.id AND date BETWEEN %(first)s AND %(last)s),
    (SELECT jsonb_agg(jsonb_build_array(first_day - date '1970-01-01',
                                        last_day - date '1970-01-01') ORDER BY first_day)
     FROM time_off WHERE user_id = users.id AND last_day >= %(first)s AND first_day <= %(last)s)
FROM users LEFT JOIN availability_settings AS said ON said.user_id = users.id
WHERE users.id = ANY(%(people)s)
"""
SESSIONS = statement(
    """
SELECT id, teacher_id, student_id, floor(extract(epoch FROM scheduled_start) / 60)::bigint,
    ceil(extract(epoch FROM scheduled_end) / 60)::bigint,
    ceil(extract(epoch FROM teacher_busy_until) / 60)::bigint
FROM sessions
WHERE {open} AND scheduled_start > %s AND scheduled_start < %s
    AND (teacher_id = ANY(%s) OR student_id = ANY(%s))
UNION ALL
SELECT id, teacher_id, NULL, floor(extract(epoch FROM starts_at) / 60)::bigint,
    ceil(extract(epoch FROM ends_at) / 60)::bigint,
    ceil(extract(epoch FROM busy_until) / 60)::bigint
FROM slot_holds
WHERE expires_at > %s AND starts_at > %s AND starts_at < %s AND teacher_id = ANY(%s)
    AND coalesce(holder_id, visitor) <> ALL(%s)
""",
    open=Session.open_sql(),
)


@dataclass(slots=True)
class Schedule:
    """What decides when one person can be booked: their hours and their open sessions.

    Sessions are minutes since 1970: start and end, and for those taught the end of the buffer.
    """

    hours: Hours
    teaching: list[tuple[int, int, int]] = field(default_factory=list)
    studying: list[tuple[int, int]] = field(default_factory=list)

    @property
    def for_intros(self) -> "Schedule":
        """The same with the hours in which free meetings can be booked (rule BOOK-11)."""
        return replace(self, hours=self.hours.for_intros)

    @property
    def busy_as_teacher(self) -> list[BusyTime]:
        """Times at which they can't teach: the buffer is kept on both sides of every session."""
        buffer = self.hours.buffer
        times = [(start - buffer, end + buffer) for start, end in self.studying]
        # A session keeps the buffer with which it was booked, if that was longer.
        times += [
            (start - buffer, max(end + buffer, busy_until))
            for start, end, busy_until in self.teaching
        ]
        return times

    @property
    def busy_as_student(self) -> list[BusyTime]:
        """Times at which they can't study: just their seats, as the database keeps them."""
        return [(start, busy_until) for start, _, busy_until in self.teaching] + self.studying

    def next_start(self, *, minutes: int, at: datetime, days: int) -> datetime | None:
        """The first time at which they can teach, at most so many days ahead."""
        first, last = bookable_span(self.hours, at=at, days=days)
        busy = self.busy_as_teacher
        return first_free(self.hours, minutes=minutes, first=first, last=last, busy=busy)

    def free_starts(
        self, *, minutes: int, at: datetime, days: int, taken: Iterable[BusyTime] = ()
    ) -> Iterator[datetime]:
        """The times at which they can teach, so many days ahead, but for those ``taken``, in order.

        Each is searched for when it is asked for.
        """
        first, last = bookable_span(self.hours, at=at, days=days)
        busy = [*self.busy_as_teacher, *taken]
        return free_starts(self.hours, minutes=minutes, first=first, last=last, busy=busy)

    def can_teach_at(self, start: datetime, *, minutes: int, at: datetime, days: int) -> bool:
        """Whether a session can start then: inside notice, horizon and hours, and nobody else's."""
        first, last = bookable_span(self.hours, at=at, days=days)
        return (
            first <= minute_of(start) < last
            and fits(self.hours, minutes=minutes, start=start)
            and not overlaps(self.busy_as_teacher, start=start, minutes=minutes)
        )


def schedules(
    teachers: Collection[UUID],
    *,
    start: datetime,
    end: datetime,
    at: datetime,
    students: Collection[UUID] = (),
    without: UUID | None = None,
) -> dict[UUID, Schedule]:
    """The schedules of teachers, and of students (without hours), between two instants.

    Two statements. ``without`` leaves a session out: one that gets another time is not in its own
    way. Nor is what is held, at the moment ``at``, for one of the students; among them may be the
    number of a visitor who has not signed in.
    """
    found = _with_hours(teachers, start, end) if teachers else {}
    for student in students:
        found.setdefault(student, Schedule(Hours(zone="UTC")))
    if found:
        _add_sessions(found, start, end, without, at, students)
    return found


def _with_hours(teachers: Collection[UUID], start: datetime, end: datetime) -> dict[UUID, Schedule]:
    asked = {
        "people": list(teachers),
        "first": (start - A_DAY).date(),
        "last": (end + A_DAY).date(),
    }
    found = {}
    for key, own_zone, zone, buffer, notice, windows, dates, away in prepared_rows(HOURS, asked):
        if zone is None:
            zone = own_zone if zone_or_none(own_zone) else "UTC"
            buffer, notice = DEFAULT_BUFFER_MINUTES, settings.BOOKING_NOTICE_MINUTES
        found[key] = Schedule(
            Hours(
                zone,
                buffer,
                notice,
                tuple(_window(*values) for values in orjson.loads(windows or "[]")),
                tuple(_exceptional(*values) for values in orjson.loads(dates or "[]")),
                tuple((first, last) for first, last in orjson.loads(away or "[]")),
            )
        )
    return found


def _window(
    weekday: int,
    start: int,
    end: int,
    zone: str,
    since: str | None,
    weeks: int | None,
    is_intro: bool,
) -> Window:
    first = date.fromisoformat(since) if since else None
    return Window(weekday, start, end, zone, first, weeks, is_intro)


def _exceptional(
    day: str, is_open: bool, start: int | None, end: int | None, zone: str
) -> DateWindow:
    return DateWindow(date.fromisoformat(day), is_open, start or 0, end or 0, zone)


def _add_sessions(
    found: dict[UUID, Schedule],
    start: datetime,
    end: datetime,
    without: UUID | None,
    at: datetime,
    students: Collection[UUID],
) -> None:
    people, span = list(found), (start - MAX_SESSION, end + MAX_SESSION)
    # Not prepared: a plan for any span and any people would read all the sessions of the span.
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS, [*span, people, people, at, *span, people, list(students)])
        rows = cursor.fetchall()
    for key, teacher_id, student_id, begins, ends, busy_until in rows:
        if key == without:
            continue
        if teacher_id in found:
            found[teacher_id].teaching.append((begins, ends, busy_until))
        if student_id in found:
            found[student_id].studying.append((begins, ends))
