"""What hours may look like, whoever writes them: no database (rules AVL-3, AVL-4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from peerloop.kit.refusals import Invalid

LEAST_MINUTES = 60
DAY_MINUTES = 1440
MOST_BUFFER = 60
MOST_NOTICE = 4320
MOST_REPEAT_WEEKS = 520
MOST_WINDOWS = 84
MOST_DATES = 366
FURTHEST = timedelta(days=731)
# Beyond them a date can't be counted on by weeks.
YEARS = range(2000, 2100)
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open on one weekday (0 = Sunday) from ``start`` to ``end``, in minutes after midnight."""

    day_of_week: int
    start: int
    end: int
    start_date: date | None = None
    repeat_weeks: int | None = None


@dataclass(frozen=True, slots=True)
class DateHours:
    """What holds on one date instead of the week; without times the date is closed."""

    day: date
    start: int | None = None
    end: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether there are hours at all."""
        return self.start is not None and self.end is not None


def check_weekly(weekly: Sequence[WeeklyHours], *, field: str = "slots") -> None:
    if len(weekly) > MOST_WINDOWS:
        raise Invalid.field(field, f"Use at most {MOST_WINDOWS} windows a week.")
    for number, hours in enumerate(weekly, start=1):
        if not 0 <= hours.day_of_week <= 6:
            raise _entry(field, number, "The weekday is 0 (Sunday) to 6 (Saturday).")
        _check_span(hours.start, hours.end, field, number)
        if hours.start_date is not None and hours.start_date.year not in YEARS:
            raise _entry(field, number, "Choose a start date of this century.")
        if hours.repeat_weeks is not None and (
            hours.start_date is None or not 1 <= hours.repeat_weeks <= MOST_REPEAT_WEEKS
        ):
            raise _entry(field, number, f"Repeat 1 to {MOST_REPEAT_WEEKS} weeks from a start date.")
        if any(_clash(hours, other) for other in weekly[: number - 1]):
            words = f"This overlaps other hours on {DAYS[hours.day_of_week]}."
            raise _entry(field, number, words)


def _clash(one: WeeklyHours, other: WeeklyHours) -> bool:
    return (
        one.day_of_week == other.day_of_week
        and one.start < other.end
        and other.start < one.end
        and _first(one) < _last(other)
        and _first(other) < _last(one)
    )


def _first(hours: WeeklyHours) -> date:
    return hours.start_date or date.min


def _last(hours: WeeklyHours) -> date:
    if hours.start_date is None or hours.repeat_weeks is None:
        return date.max
    return hours.start_date + timedelta(weeks=hours.repeat_weeks)


def check_dates(dates: Sequence[DateHours], *, today: date, field: str = "slots") -> None:
    if len(dates) > MOST_DATES:
        raise Invalid.field(field, f"Use at most {MOST_DATES} entries with a date.")
    for number, hours in enumerate(dates, start=1):
        if not today <= hours.day <= today + FURTHEST:
            raise _entry(field, number, "Choose a date from today to two years ahead.")
        if (hours.start is None) != (hours.end is None):
            raise _entry(field, number, "Give both a start and an end.")
        if hours.start is not None and hours.end is not None:
            _check_span(hours.start, hours.end, field, number)
        if any(_same_date_clash(hours, other) for other in dates[: number - 1]):
            raise _entry(field, number, f"This overlaps another entry of {hours.day:%d %B}.")


def _same_date_clash(one: DateHours, other: DateHours) -> bool:
    if one.day != other.day:
        return False
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return True
    return one.start < other.end and other.start < one.end


def _check_span(start: int, end: int, field: str, number: int) -> None:
    if not 0 <= start < DAY_MINUTES or end > DAY_MINUTES:
        raise _entry(field, number, "Hours lie within one day, from 00:00 to 24:00.")
    if end <= start:
        raise _entry(field, number, "The end must come after the start, on the same day.")
    if end - start < LEAST_MINUTES:
        raise _entry(field, number, "Open for at least one hour.")


def _entry(field: str, number: int, words: str) -> Invalid:
    return Invalid.field(field, f"Entry {number}: {words}" if field == "slots" else words)
