"""When a teacher is free: as slots of a span, as the next time, as a week to choose from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from learning.models import Enrollment
from peerloop.kit.formats import zone_of
from peerloop.kit.text import isolated
from scheduling.models import Session
from scheduling.queries.schedules import Schedule, schedules
from scheduling.queries.teachers import teachers_for
from scheduling.slots import BusyTime, Slot, bookable_span, minute_after, slots
from scheduling.weeks import WEEK, Strip, strip_of


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """Free times of one teacher, or of anybody (``teacher`` is None), a week at a time.

    ``away``: the teacher's next days off, the last included, if they begin before the horizon.
    """

    teacher: User | None
    teacher_zone: str
    strip: Strip[datetime]
    total: int
    away: tuple[date, date] | None = None

    @property
    def nothing_words(self) -> str:
        """What to say when there is no free time at all."""
        days = settings.BOOKING_HORIZON_DAYS
        name = self.teacher.name if self.teacher else "Nobody"
        return f"{isolated(name)} has no free time in the next {days} days. New times appear here."


def zone_for(user: User | None) -> ZoneInfo:
    """The zone in which the member reads times: UTC while unknown, and for visitors."""
    return (zone_of(user.timezone) if user else None) or ZoneInfo("UTC")


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
    With a student, times at which they have another session are taken too (rule AVL-10).
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
) -> list[Slot]:
    """The slots that start inside a span, cut to what can be booked at all (rule AVL-9)."""
    students = [student.pk] if student else []
    found = schedules([teacher.pk], start=start, end=end, at=at, students=students)
    taken = found[student.pk].busy_as_student if student else []
    return slots_of(found[teacher.pk], minutes=minutes, start=start, end=end, at=at, taken=taken)


def slots_of(
    schedule: Schedule,
    *,
    minutes: int,
    start: datetime,
    end: datetime,
    at: datetime,
    taken: Sequence[BusyTime] = (),
) -> list[Slot]:
    """The slots of a schedule that start inside a span and can be booked at all, those ``taken``
    by the student marked as well: no statement.
    """
    first, last = bookable_span(schedule.hours, at=at, days=settings.BOOKING_HORIZON_DAYS)
    first, last = max(first, minute_after(start)), min(last, minute_after(end))
    if first >= last:
        return []
    busy = [*schedule.busy_as_teacher, *taken]
    return slots(schedule.hours, minutes=minutes, first=first, last=last, busy=busy)


def nearest_free(
    teacher: User, student: User, *, minutes: int, wanted: datetime, at: datetime, most: int = 3
) -> list[datetime]:
    """The free times of a teacher, for a student, that are nearest to the wanted one; in order."""
    found = free_slots(teacher=teacher, minutes=minutes, student=student, at=at)
    starts = [slot.start for slot in found if slot.is_available]
    return sorted(sorted(starts, key=lambda start: abs(start - wanted))[:most])


def free_times(
    enrollment: Enrollment, teacher: User | None, *, at: datetime, wanted: date | None
) -> FreeTimes:
    """When a new session can be booked, with one teacher or with anybody who may teach the course.

    ``wanted`` is the day that was asked for, in the student's zone.
    """
    teachers = [teacher] if teacher else [row.user for row in teachers_for(enrollment)]
    return _free_times(
        teachers,
        student=enrollment.student,
        viewer=enrollment.student,
        minutes=enrollment.course.session_minutes,
        at=at,
        wanted=wanted,
        is_anybody=teacher is None,
    )


def latest_start(session: Session) -> datetime | None:
    """How far ahead a session may be moved, where it lies further ahead than one books (ADR 38)."""
    return None if session.is_intro else session.scheduled_start + WEEK


def times_to_reschedule(
    session: Session, viewer: User, *, at: datetime, wanted: date | None
) -> FreeTimes:
    """When a session could be held instead: its own time is not in its way, and is left out.

    Of one that lies further ahead than one books, its own week is shown first.
    """
    if wanted is None and session.scheduled_start > at + _usual():
        wanted = session.scheduled_start.astimezone(zone_for(viewer)).date()
    return _free_times(
        [session.teacher],
        student=session.student,
        viewer=viewer,
        minutes=session.length_minutes,
        at=at,
        wanted=wanted,
        rescheduled=session,
        latest=latest_start(session),
    )


def _usual() -> timedelta:
    return timedelta(days=settings.BOOKING_HORIZON_DAYS)


def _free_times(
    teachers: Collection[User],
    *,
    student: User,
    viewer: User,
    minutes: int,
    at: datetime,
    wanted: date | None,
    is_anybody: bool = False,
    rescheduled: Session | None = None,
    latest: datetime | None = None,
) -> FreeTimes:
    last = max(at + _usual(), latest or at)
    days = (last - at).days
    found = schedules(
        [teacher.pk for teacher in teachers],
        start=at,
        end=last,
        at=at,
        students=[student.pk],
        without=rescheduled.pk if rescheduled else None,
    )
    taken = found[student.pk].busy_as_student
    starts = {
        start
        for teacher in teachers
        for start in found[teacher.pk].free_starts(minutes=minutes, at=at, days=days, taken=taken)
    }
    if rescheduled is not None:
        starts.discard(rescheduled.scheduled_start)
    strip = strip_of(sorted(starts), zone=zone_for(viewer), at=at, wanted=wanted, last=last)
    teacher = None if is_anybody else next(iter(teachers))
    zone = found[teacher.pk].hours.zone if teacher else ""
    away = found[teacher.pk].hours.next_away(at) if teacher else None
    return FreeTimes(teacher, zone, strip, total=len(starts), away=away)
