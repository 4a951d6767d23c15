"""Days with what happens on them: a strip of seven, a month. No database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Generic, TypeVar

STRIP_DAYS = 7
WEEK = timedelta(days=7)


T = TypeVar("T")


@dataclass(slots=True)
class Day(Generic[T]):
    """One day on the viewer's calendar with what begins on it."""

    date: date
    things: list[T] = field(default_factory=list)
    is_chosen: bool = False
    is_outside: bool = False

    @property
    def count(self) -> int:
        """How many things there are on the day."""
        return len(self.things)

    @property
    def noon(self) -> datetime:
        """An instant in the middle of the day, for writing its date in UTC."""
        return datetime(self.date.year, self.date.month, self.date.day, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Strip(Generic[T]):
    """Seven days in a row, one of them chosen; where the weeks before and after begin."""

    days: list[Day[T]]
    chosen: Day[T]
    previous: date | None
    following: date | None


def strip_of(
    starts: Iterable[datetime], *, zone: tzinfo, at: datetime, wanted: date | None, last: datetime
) -> Strip[datetime]:
    """The week with the wanted day, or with the first start if none is wanted.

    Weeks are counted from today, so that the first one has no past days. ``last`` is the end of the
    booking horizon. Without a wanted day the first day with a start is chosen.
    """
    by_day: dict[date, list[datetime]] = {}
    for start in starts:
        by_day.setdefault(start.astimezone(zone).date(), []).append(start)
    today, end = at.astimezone(zone).date(), last.astimezone(zone).date()
    if wanted is None or not today <= wanted <= end:
        wanted = min(by_day, default=today)
    first = today + WEEK * ((wanted - today) // WEEK)
    days = [Day(day, by_day.get(day, [])) for day in _days(first, STRIP_DAYS)]
    chosen = days[(wanted - first).days]
    chosen.is_chosen = True
    return Strip(
        days=days,
        chosen=chosen,
        previous=first - WEEK if first > today else None,
        following=first + WEEK if first + WEEK <= end else None,
    )


def week_of(things: Iterable[tuple[date, T]], *, first: date) -> list[Day[T]]:
    """Seven days from the first on, with the things of each."""
    found = {day.date: day for day in by_day(things)}
    return [found.get(day, Day(day)) for day in _days(first, STRIP_DAYS)]


def month_of(things: Iterable[tuple[date, T]], *, month: date) -> list[list[Day[T]]]:
    """The weeks of a month, Monday first, with the things of each day."""
    by_day: dict[date, list[T]] = {}
    for day, thing in things:
        by_day.setdefault(day, []).append(thing)
    first, end = month_span(month)
    start = first - timedelta(days=first.weekday())
    weeks = []
    while start < end:
        weeks.append(
            [
                Day(day, by_day.get(day, []), is_outside=not first <= day < end)
                for day in _days(start, STRIP_DAYS)
            ]
        )
        start += WEEK
    return weeks


def month_span(month: date) -> tuple[date, date]:
    """The first day of the month, and of the next."""
    first = month.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def by_day(things: Iterable[tuple[date, T]]) -> list[Day[T]]:
    """The days that have things, in the order given."""
    days: dict[date, Day[T]] = {}
    for day, thing in things:
        days.setdefault(day, Day(day)).things.append(thing)
    return list(days.values())


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]
