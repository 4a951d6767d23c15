"""Free times of teachers: four queries, however many teachers, days and sessions.

The rows come in by columns, never by ``during && range``: beside a plain ``user_id =`` such a
condition can make PostgreSQL read a whole GiST index.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from scheduling.models import Availability, AvailabilityOverride, AvailabilitySettings, Session
from scheduling.slots import (
    Busy,
    Exceptional,
    Hours,
    Slot,
    Window,
    bookable_span,
    busy_between,
    first_free,
    instant_at,
    minute_after,
    minute_of,
    slots,
)

DEFAULT_BUFFER_MINUTES = 15
# No session is longer: whatever may touch a span starts at most so long before it.
LONGEST = timedelta(days=1)


@dataclass(slots=True)
class Diary:
    """What decides when one person can be booked: their hours, and the sessions that stand."""

    hours: Hours
    teaching: list[tuple[datetime, datetime, datetime]] = field(default_factory=list)
    studying: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def busy_as_teacher(self) -> list[Busy]:
        """Spans in which they can't teach: the buffer stands on both sides of everything."""
        buffer = self.hours.buffer
        spans = [busy_between(start, end, buffer=buffer) for start, end in self.studying]
        for start, end, busy_until in self.teaching:
            first, last = busy_between(start, end, buffer=buffer)
            # A session keeps the buffer that stood when it was booked, if that was longer.
            spans.append((first, max(last, minute_after(busy_until))))
        return spans

    @property
    def busy_as_student(self) -> list[Busy]:
        """Spans in which they can't study: just their seats, as the database keeps them."""
        taught = [busy_between(start, busy_until) for start, _, busy_until in self.teaching]
        return taught + [busy_between(start, end) for start, end in self.studying]


def diaries(
    teachers: Iterable[User],
    *,
    start: datetime,
    end: datetime,
    students: Iterable[User] = (),
    without: Session | None = None,
) -> dict[UUID, Diary]:
    """The diaries of teachers, and of students (without hours), for a span: four queries.

    ``without`` leaves a session out: one that is to be moved is not in its own way.
    """
    people = {user.pk: user for user in teachers}
    found = _with_hours(people, start, end)
    for student in students:
        found.setdefault(student.pk, Diary(Hours(zone=student.zone_name)))
    _add_sessions(found, start, end, without)
    return found


def _with_hours(people: dict[UUID, User], start: datetime, end: datetime) -> dict[UUID, Diary]:
    asked = {
        row[0]: row[1:]
        for row in AvailabilitySettings.objects.filter(user__in=people).values_list(
            "user_id", "timezone", "buffer_minutes", "notice_minutes"
        )
    }
    windows, exceptions = _windows(people), _exceptions(people, start, end)
    found = {}
    for key, user in people.items():
        zone, buffer, notice = asked.get(
            key, (user.zone_name, DEFAULT_BUFFER_MINUTES, settings.BOOKING_NOTICE_MINUTES)
        )
        found[key] = Diary(Hours(zone, buffer, notice, tuple(windows[key]), tuple(exceptions[key])))
    return found


def _windows(people: Iterable[UUID]) -> dict[UUID, list[Window]]:
    found: dict[UUID, list[Window]] = defaultdict(list)
    rows = Availability.objects.filter(user__in=people).values_list(
        "user_id",
        "day_of_week",
        "start_minute",
        "end_minute",
        "timezone",
        "start_date",
        "repeat_weeks",
    )
    for user_id, *values in rows:
        found[user_id].append(Window(*values))
    return found


def _exceptions(
    people: Iterable[UUID], start: datetime, end: datetime
) -> dict[UUID, list[Exceptional]]:
    found: dict[UUID, list[Exceptional]] = defaultdict(list)
    day = timedelta(days=1)
    rows = AvailabilityOverride.objects.filter(
        user__in=people, date__gte=(start - day).date(), date__lte=(end + day).date()
    ).values_list("user_id", "date", "is_available", "start_minute", "end_minute", "timezone")
    for user_id, date, is_open, first, last, zone in rows:
        found[user_id].append(Exceptional(date, is_open, first or 0, last or 0, zone))
    return found


def _add_sessions(
    found: dict[UUID, Diary], start: datetime, end: datetime, without: Session | None
) -> None:
    people = list(found)
    rows = Session.objects.filter(
        Q(teacher__in=people) | Q(student__in=people),
        status__in=Session.OPEN,
        scheduled_start__gt=start - LONGEST,
        scheduled_start__lt=end + LONGEST,
    ).values_list(
        "teacher_id", "student_id", "scheduled_start", "scheduled_end", "teacher_busy_until", "pk"
    )
    for teacher_id, student_id, begins, ends, busy_until, key in rows:
        if without is not None and key == without.pk:
            continue
        if teacher_id in found:
            found[teacher_id].teaching.append((begins, ends, busy_until))
        if student_id in found:
            found[student_id].studying.append((begins, ends))


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
    """The next free start of each teacher, or nothing inside the horizon: four queries in all."""
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
