"""When a teacher can be booked: pure arithmetic on whole minutes, no database (rules AVL-2 to 10).

Instants are minutes since 1970 in UTC, wall times are minutes after local midnight, days are
counted from 1970-01-01: date objects would cost a hundred times as much. Only on days on which the
clocks change is each start converted by the zone's own rules.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from heapq import merge
from zoneinfo import ZoneInfo

from peerloop.kit.periods import instant_of

GRID_MINUTES = 30
DAY_MINUTES = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
# The first day of 1970 was a Thursday, and weeks here begin on Sunday (rule AVL-2).
EPOCH_WEEKDAY = 4


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of one weekday, 0 being Sunday, in minutes of local wall time."""

    weekday: int
    start: int
    end: int
    zone: str
    start_date: date | None = None
    repeat_weeks: int | None = None
    is_intro: bool = False

    def applies_on(self, day: int) -> bool:
        """Whether it applies on that day; weeks are counted in calendar days (rule AVL-5)."""
        if (day + EPOCH_WEEKDAY) % 7 != self.weekday:
            return False
        if self.start_date is None:
            return True
        since = day - day_number(self.start_date)
        return since >= 0 and (self.repeat_weeks is None or since < 7 * self.repeat_weeks)


@dataclass(frozen=True, slots=True)
class DateWindow:
    """What applies on one date instead of the week (rule AVL-4): closed, or these hours."""

    day: date
    is_open: bool
    start: int = 0
    end: int = 0
    zone: str = "UTC"


# From one day of 1970 and later to another, both included.
DaysAway = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hours:
    """When a person wants to be booked: zone, buffer and notice in minutes, windows.

    On days ``away`` nothing else counts.
    """

    zone: str
    buffer: int = 15
    notice: int = 120
    windows: tuple[Window, ...] = ()
    exceptions: tuple[DateWindow, ...] = ()
    away: tuple[DaysAway, ...] = ()

    def is_away(self, day: date) -> bool:
        """Whether it is one of the days off."""
        number = day_number(day)
        return any(first <= number <= last for first, last in self.away)

    def next_away(self, at: datetime) -> tuple[date, date] | None:
        """The first and last of the days off that come next, or that it is now."""
        today = day_number(at.astimezone(ZoneInfo(self.zone)).date())
        ahead = ((first, last) for first, last in self.away if last >= today)
        first, last = next(ahead, (None, None))
        return None if first is None or last is None else (_date(first), _date(last))

    @property
    def for_intros(self) -> "Hours":
        """Those in which free meetings can be booked: flagged windows, never a date that differs
        from the week (rule BOOK-11).
        """
        flagged = tuple(window for window in self.windows if window.is_intro)
        closed = tuple(DateWindow(part.day, is_open=False) for part in self.exceptions)
        return replace(self, windows=flagged, exceptions=closed)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a session could start, and whether it still can."""

    start: datetime
    end: datetime
    is_available: bool

    @property
    def starts_at(self) -> datetime:
        """The start, under the name that the slot picker asks for."""
        return self.start


# From one minute since 1970 to another, the end not included.
BusyTime = tuple[int, int]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH_DAY


def minute_of(instant: datetime) -> int:
    """The minute since 1970 in which the instant lies."""
    return (instant - EPOCH) // timedelta(minutes=1)


def minute_after(instant: datetime) -> int:
    """The first whole minute since 1970 that is not before the instant."""
    return -((EPOCH - instant) // timedelta(minutes=1))


def instant_at(minute: int) -> datetime:
    """The instant of a minute since 1970."""
    return EPOCH + timedelta(minutes=minute)


def busy_between(start: datetime, end: datetime, *, buffer: int = 0) -> BusyTime:
    """A busy time, longer by the buffer on both sides (rule AVL-8)."""
    return minute_of(start) - buffer, minute_after(end) + buffer


def starts(hours: Hours, *, minutes: int, first: int, last: int) -> Iterator[int]:
    """Where a session of that length fits into the hours, in order and without repetition.

    Minutes since 1970, from ``first`` up to ``last``.
    """
    zones = {window.zone for window in hours.windows} | {part.zone for part in hours.exceptions}
    dates: dict[int, list[DateWindow]] = {}
    for part in hours.exceptions:
        dates.setdefault(day_number(part.day), []).append(part)
    streams = [_starts_in(zone, hours, dates, minutes, first, last) for zone in zones]
    before = None
    for start in merge(*streams) if len(streams) > 1 else (streams[0] if streams else ()):
        if start != before:
            yield start
        before = start


def _starts_in(
    zone: str,
    hours: Hours,
    dates: dict[int, list[DateWindow]],
    minutes: int,
    first: int,
    last: int,
) -> Iterator[int]:
    here = [window for window in hours.windows if window.zone == zone]
    # A local day may begin 14 h before and end 12 h after the day of the same name in UTC.
    for day in range(first // DAY_MINUTES - 1, (last - 1) // DAY_MINUTES + 2):
        if any(gone <= day <= still for gone, still in hours.away):
            continue
        if day in dates:
            spans = _spans_of_date(dates[day], zone)
        else:
            spans = [(window.start, window.end) for window in here if window.applies_on(day)]
        if not spans:
            continue
        offset = fixed_offset(zone, day)
        found: set[int] = set()
        for start, end in spans:
            if offset is None:
                found.update(_starts_on_clock_change(zone, day, start, end, minutes))
            else:
                base = day * DAY_MINUTES - offset
                found.update(range(base + start, base + end - minutes + 1, GRID_MINUTES))
        yield from sorted(start for start in found if first <= start < last)


def _spans_of_date(parts: list[DateWindow], zone: str) -> list[tuple[int, int]]:
    if not all(part.is_open for part in parts):
        return []
    return [(part.start, part.end) for part in parts if part.zone == zone]


@lru_cache(maxsize=16_384)
def fixed_offset(zone: str, day: int) -> int | None:
    """Minutes east of UTC all through a local day; None if the clocks change on it."""
    midnight = datetime.combine(_date(day), time(), tzinfo=ZoneInfo(zone))
    before, after = midnight.utcoffset(), (midnight + timedelta(days=1)).utcoffset()
    if before is None or before != after or before % timedelta(minutes=1):
        return None
    return before // timedelta(minutes=1)


def _starts_on_clock_change(
    zone: str, day: int, start: int, end: int, minutes: int
) -> Iterator[int]:
    """Rule AVL-6: drop a start that does not exist, take the first of one that occurs twice."""
    closes = _window_end(zone, day, end)
    for wall in range(start, end - minutes + 1, GRID_MINUTES):
        at = wall_minute(zone, day, wall)
        if at is not None and at + minutes <= closes:
            yield at


def _window_end(zone: str, day: int, end: int) -> int:
    """When a window ends; if that is in the gap of spring, with the last minute before it."""
    at = wall_minute(zone, day, end)
    back = 0
    while at is None:
        back += 1
        before = wall_minute(zone, day, end - back)
        at = None if before is None else before + 1
    return at


def wall_minute(zone: str, day: int, wall: int) -> int | None:
    """The minute since 1970 of a wall time; None in the gap of spring. 1440 is the next day."""
    days, minute = divmod(wall, DAY_MINUTES)
    instant = instant_of(_date(day + days), time(minute // 60, minute % 60), ZoneInfo(zone))
    return None if instant is None else minute_of(instant)


def _date(day: int) -> date:
    return date.fromordinal(day + EPOCH_DAY)


def with_availability(
    candidates: Iterable[int], *, minutes: int, busy: Iterable[BusyTime]
) -> Iterator[tuple[int, bool]]:
    """Each candidate start, in order, and whether a session there overlaps no busy time."""
    spans = _merged(busy)
    place = 0
    for start in candidates:
        while place < len(spans) and spans[place][1] <= start:
            place += 1
        yield start, place == len(spans) or spans[place][0] >= start + minutes


def _merged(busy: Iterable[BusyTime]) -> list[BusyTime]:
    """Busy times in order, those that touch or overlap joined, so that none contains another."""
    merged: list[BusyTime] = []
    for start, end in sorted(busy):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def overlaps(busy: Iterable[BusyTime], *, start: datetime, minutes: int) -> bool:
    """Whether a session that starts there overlaps one of the busy times."""
    first = minute_of(start)
    return any(begins < first + minutes and first < ends for begins, ends in busy)


def bookable_span(hours: Hours, *, at: datetime, days: int) -> tuple[int, int]:
    """The first minute that keeps the notice, and the one after the horizon (rule AVL-9)."""
    first = minute_after(at + timedelta(minutes=hours.notice))
    return first, minute_of(at + timedelta(days=days)) + 1


def slots(
    hours: Hours, *, minutes: int, first: int, last: int, busy: Iterable[BusyTime] = ()
) -> list[Slot]:
    """Slots that start from ``first`` up to ``last``; taken ones are marked, without detail."""
    length = timedelta(minutes=minutes)
    found = []
    candidates = starts(hours, minutes=minutes, first=first, last=last)
    for start, is_free in with_availability(candidates, minutes=minutes, busy=busy):
        begins = instant_at(start)
        found.append(Slot(begins, begins + length, is_free))
    return found


def free_starts(
    hours: Hours, *, minutes: int, first: int, last: int, busy: Iterable[BusyTime] = ()
) -> Iterator[datetime]:
    """The free starts in order, each searched for when it is asked for."""
    candidates = starts(hours, minutes=minutes, first=first, last=last)
    for start, is_free in with_availability(candidates, minutes=minutes, busy=busy):
        if is_free:
            yield instant_at(start)


def first_free(
    hours: Hours, *, minutes: int, first: int, last: int, busy: Iterable[BusyTime] = ()
) -> datetime | None:
    """The first free start; it stops searching there."""
    return next(free_starts(hours, minutes=minutes, first=first, last=last, busy=busy), None)


def fits(hours: Hours, *, minutes: int, start: datetime) -> bool:
    """Whether a session that starts there lies on the grid inside the hours (rule AVL-7)."""
    minute = minute_of(start)
    if instant_at(minute) != start:
        return False
    found = starts(hours, minutes=minutes, first=minute, last=minute + 1)
    return next(found, None) is not None
