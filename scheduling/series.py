"""The same time every week: which dates a series has, and what is in the way. No database.

A series keeps the wall time of the person who books it, so that the clocks may change in between
(rule AVL-6, ADR 38).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from peerloop.kit.periods import instant_of
from scheduling.slots import (
    BusyTime,
    Hours,
    bookable_span,
    busy_between,
    fits,
    free_starts,
    minute_of,
    overlaps,
)

MAX_SESSIONS = 26
WEEK = timedelta(days=7)
# Of other times, only those of the same week are offered.
AROUND = timedelta(days=3, hours=12)
OFFERED = 3


class Obstacle(StrEnum):
    """Why a week can't have the wanted time."""

    NO_SUCH_TIME = "no_such_time"
    PASSED = "passed"
    AWAY = "away"
    CLOSED = "closed"
    TEACHER = "teacher"
    STUDENT = "student"


@dataclass(frozen=True, slots=True)
class Line:
    """One week of a series: the wanted start, or why not and what is nearest.

    ``day`` is the date in the zone of whoever books; ``wanted`` is None where the clocks skip it.
    ``offers`` are in order of time, ``nearest`` is the one closest to the wanted start.
    """

    number: int
    day: date
    wanted: datetime | None
    obstacle: Obstacle | None = None
    offers: tuple[datetime, ...] = ()
    nearest: datetime | None = None

    @property
    def is_free(self) -> bool:
        """Whether the wanted time can be booked."""
        return self.obstacle is None

    @property
    def is_skipped(self) -> bool:
        """Whether the clocks skip the wanted time on that day."""
        return self.obstacle == Obstacle.NO_SUCH_TIME

    @property
    def is_past(self) -> bool:
        """Whether it comes before the notice that the teacher needs."""
        return self.obstacle == Obstacle.PASSED

    @property
    def is_away(self) -> bool:
        """Whether the teacher has that day off."""
        return self.obstacle == Obstacle.AWAY

    @property
    def is_taken(self) -> bool:
        """Whether the teacher has another session then."""
        return self.obstacle == Obstacle.TEACHER

    @property
    def is_yours(self) -> bool:
        """Whether the student has another session then."""
        return self.obstacle == Obstacle.STUDENT

    @property
    def start(self) -> datetime | None:
        """What would be booked if nobody chose anything else."""
        return self.wanted if self.is_free else self.nearest


@dataclass(frozen=True, slots=True)
class Openings:
    """What decides on each week: hours and busy times of both, and the length in minutes."""

    hours: Hours
    teacher_busy: list[BusyTime]
    student_busy: list[BusyTime]
    minutes: int
    at: datetime
    days_ahead: int


def weekly(
    first: datetime, *, zone: ZoneInfo, count: int
) -> Iterator[tuple[date, datetime | None]]:
    """So many weeks from the first start on: the local date, and the instant of the wall time.

    None where the clocks skip that time; the first of the two where it comes twice.
    """
    local = first.astimezone(zone)
    yield local.date(), first
    for number in range(1, count):
        day = local.date() + number * WEEK
        yield day, instant_of(day, local.time(), zone)


def plan_series(first: datetime, *, zone: ZoneInfo, count: int, openings: Openings) -> list[Line]:
    """Every week of a series, with what is in the way and the nearest free times of that week."""
    weeks = list(weekly(first, zone=zone, count=count))
    found = [(day, wanted, _obstacle(day, wanted, openings)) for day, wanted in weeks]
    chosen = [wanted for _, wanted, obstacle in found if obstacle is None and wanted is not None]
    wall = first.astimezone(zone).time()
    lines = []
    for number, (day, wanted, obstacle) in enumerate(found, start=1):
        if obstacle is None:
            lines.append(Line(number, day, wanted))
            continue
        middle = wanted or datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)
        offers = _nearest(middle, chosen, openings, is_first=number == 1)
        nearest = min(offers, key=lambda start: abs(start - middle), default=None)
        if nearest is not None:
            chosen.append(nearest)
        lines.append(Line(number, day, wanted, obstacle, tuple(offers), nearest))
    return lines


def too_close(starts: Iterable[datetime], *, minutes: int, buffer: int) -> datetime | None:
    """The first start that begins before the one before it, with its pause, is over."""
    ordered = sorted(starts)
    least = timedelta(minutes=minutes + buffer)
    return next((after for before, after in pairwise(ordered) if after - before < least), None)


def _obstacle(day: date, wanted: datetime | None, openings: Openings) -> Obstacle | None:
    if wanted is None:
        return Obstacle.NO_SUCH_TIME
    hours = openings.hours
    earliest, _ = bookable_span(hours, at=openings.at, days=openings.days_ahead)
    if minute_of(wanted) < earliest:
        return Obstacle.PASSED
    if not fits(hours, minutes=openings.minutes, start=wanted):
        there = wanted.astimezone(ZoneInfo(hours.zone)).date()
        return Obstacle.AWAY if hours.is_away(there) else Obstacle.CLOSED
    if overlaps(openings.teacher_busy, start=wanted, minutes=openings.minutes):
        return Obstacle.TEACHER
    if overlaps(openings.student_busy, start=wanted, minutes=openings.minutes):
        return Obstacle.STUDENT
    return None


def _nearest(
    middle: datetime, chosen: list[datetime], openings: Openings, *, is_first: bool
) -> list[datetime]:
    hours, minutes = openings.hours, openings.minutes
    earliest, last_usual = bookable_span(hours, at=openings.at, days=openings.days_ahead)
    first, last = minute_of(middle - AROUND), minute_of(middle + AROUND)
    if is_first:
        last = min(last, last_usual)
    length = timedelta(minutes=minutes)
    taken = [busy_between(start, start + length, buffer=hours.buffer) for start in chosen]
    busy = [*openings.teacher_busy, *openings.student_busy, *taken]
    free = free_starts(hours, minutes=minutes, first=max(first, earliest), last=last, busy=busy)
    return sorted(sorted(free, key=lambda start: abs(start - middle))[:OFFERED])
