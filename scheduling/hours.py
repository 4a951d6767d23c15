"""Which hours are valid, from a form or the API: pure functions (rules AVL-3, AVL-4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from peerloop.kit.refusals import Invalid

MIN_WINDOW_MINUTES = 60
DAY_MINUTES = 1440
MAX_BUFFER = 60
MAX_NOTICE = 4320
MAX_REPEAT_WEEKS = 520
MAX_WINDOWS = 84
MAX_DATES = 366
MAX_AHEAD = timedelta(days=731)
# Outside of them adding weeks to a date can overflow.
YEARS = range(2000, 2100)
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open on one weekday (0 = Sunday) from ``start`` to ``end``, in minutes after midnight.

    ``is_intro``: free meetings can be booked in them as well (rule BOOK-11).
    """

    day_of_week: int
    start: int
    end: int
    start_date: date | None = None
    repeat_weeks: int | None = None
    is_intro: bool = False


@dataclass(frozen=True, slots=True)
class DateHours:
    """What applies on one date instead of the week; without times the date is closed."""

    day: date
    start: int | None = None
    end: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether there are hours at all."""
        return self.start is not None and self.end is not None


def clock_text(minute: int) -> str:
    """``09:30``; the end of the day is ``24:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def check_weekly(weekly: Sequence[WeeklyHours], *, field: str = "slots") -> None:
    """Raises Invalid of the field for the first entry that is wrong, or overlaps another."""
    if len(weekly) > MAX_WINDOWS:
        raise Invalid.field(field, f"Use at most {MAX_WINDOWS} windows a week.")
    for place, hours in enumerate(weekly):
        wrong = _wrong_week(hours) or _wrong_span(hours.start, hours.end)
        if wrong is None and any(_clash(hours, other) for other in weekly[:place]):
            wrong = f"This overlaps other hours on {DAYS[hours.day_of_week]}."
        if wrong is not None:
            raise _of_entry(field, f"{DAYS[hours.day_of_week % 7]} {_times(hours)}", wrong)


def _wrong_week(hours: WeeklyHours) -> str | None:
    if not 0 <= hours.day_of_week <= 6:
        return "The weekday is 0 (Sunday) to 6 (Saturday)."
    if hours.start_date is not None and hours.start_date.year not in YEARS:
        return "Choose a start date of this century."
    if hours.repeat_weeks is not None and (
        hours.start_date is None or not 1 <= hours.repeat_weeks <= MAX_REPEAT_WEEKS
    ):
        return f"Repeat 1 to {MAX_REPEAT_WEEKS} weeks from a start date."
    return None


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
    """Raises Invalid of the field for the first entry that is wrong, or overlaps another."""
    if len(dates) > MAX_DATES:
        raise Invalid.field(field, f"Use at most {MAX_DATES} entries with a date.")
    for place, hours in enumerate(dates):
        wrong = _wrong_date(hours, today)
        if wrong is None and any(_same_date_clash(hours, other) for other in dates[:place]):
            wrong = "This overlaps another entry of that date."
        if wrong is not None:
            raise _of_entry(field, f"{hours.day:%d %B} {_times(hours)}".strip(), wrong)


def _wrong_date(hours: DateHours, today: date) -> str | None:
    if not today <= hours.day <= today + MAX_AHEAD:
        return "Choose a date from today to two years ahead."
    if (hours.start is None) != (hours.end is None):
        return "Give both a start and an end."
    if hours.start is not None and hours.end is not None:
        return _wrong_span(hours.start, hours.end)
    return None


def _same_date_clash(one: DateHours, other: DateHours) -> bool:
    if one.day != other.day:
        return False
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return True
    return one.start < other.end and other.start < one.end


def _wrong_span(start: int, end: int) -> str | None:
    if not 0 <= start < DAY_MINUTES or end > DAY_MINUTES:
        return "Hours lie within one day, from 00:00 to 24:00."
    if end <= start:
        return "The end must come after the start, on the same day."
    if end - start < MIN_WINDOW_MINUTES:
        return "Open for at least one hour."
    return None


def _times(hours: WeeklyHours | DateHours) -> str:
    if hours.start is None or hours.end is None:
        return ""
    return f"{clock_text(hours.start)}-{clock_text(hours.end)}"


def _of_entry(field: str, entry: str, words: str) -> Invalid:
    """The API takes many entries, so the message names the one; a form has only one."""
    return Invalid.field(field, f"{entry}: {words}" if field == "slots" else words)
