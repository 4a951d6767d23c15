"""A week of hours as a grid of full hours: what is painted there becomes windows (rule AVL-3).

Pure functions. Windows with a date stand in the grid, but are changed in the list below it.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from scheduling.hours import DAYS, MIN_WINDOW_MINUTES, clock_text

HOUR = 60
DAY_ORDER = (1, 2, 3, 4, 5, 6, 0)
# Those of the night stand apart: few teach then.
MORNING = 6
HOURS = range(24)

Cell = tuple[int, int]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GridCell:
    """One hour of one weekday."""

    day: int
    hour: int
    is_open: bool
    is_partly: bool
    is_dated: bool

    @property
    def value(self) -> str:
        """How the form names it."""
        return f"{self.day}-{self.hour}"

    @property
    def label(self) -> str:
        """``Monday, 09:00 to 10:00``."""
        start, end = clock_text(self.hour * HOUR), clock_text((self.hour + 1) * HOUR)
        also = ", partly" if self.is_partly else ", some weeks" if self.is_dated else ""
        return f"{DAYS[self.day]}, {start} to {end}{also}"


@dataclass(frozen=True, slots=True)
class GridRow:
    """One hour of all days."""

    hour: int
    cells: list[GridCell]

    @property
    def label(self) -> str:
        """``09:00``."""
        return clock_text(self.hour * HOUR)


def grid_of(
    spans: Mapping[int, Sequence[Span]], dated: Mapping[int, Sequence[Span]]
) -> list[GridRow]:
    """24 rows of seven cells, Monday first. ``spans`` are the windows of each day without dates."""
    return [
        GridRow(
            hour, [_cell(day, hour, spans.get(day, ()), dated.get(day, ())) for day in DAY_ORDER]
        )
        for hour in HOURS
    ]


def cell_of(value: str) -> Cell | None:
    """The cell of a form's value, or None for anything else."""
    day, _, hour = value.partition("-")
    if not (day.isascii() and day.isdigit() and hour.isascii() and hour.isdigit()):
        return None
    if len(day) > 1 or len(hour) > 2 or int(day) > 6 or int(hour) not in HOURS:
        return None
    return int(day), int(hour)


def painted(spans: Iterable[Span], *, opened: Set[int], closed: Set[int]) -> list[Span]:
    """The windows of a day after hours were opened and closed; neighbours become one.

    What is left under an hour can't be booked and goes.
    """
    minutes = [False] * (24 * HOUR)
    for first, last in spans:
        minutes[first:last] = [True] * (last - first)
    for hours, is_open in ((opened, True), (closed, False)):
        for hour in hours:
            minutes[hour * HOUR : (hour + 1) * HOUR] = [is_open] * HOUR
    found: list[Span] = []
    start: int | None = None
    for minute, is_open in enumerate([*minutes, False]):
        if is_open and start is None:
            start = minute
        elif not is_open and start is not None:
            if minute - start >= MIN_WINDOW_MINUTES:
                found.append((start, minute))
            start = None
    return found


def touched(hours: Set[int], spans: Iterable[Span]) -> set[int]:
    """Those of the full hours that a window reaches into."""
    held = list(spans)
    return {
        hour
        for hour in hours
        if any(first < (hour + 1) * HOUR and hour * HOUR < last for first, last in held)
    }


def _cell(day: int, hour: int, spans: Sequence[Span], dated: Sequence[Span]) -> GridCell:
    start, end = hour * HOUR, (hour + 1) * HOUR
    covered = sum(max(min(end, last) - max(start, first), 0) for first, last in spans)
    return GridCell(
        day=day,
        hour=hour,
        is_open=covered >= HOUR,
        is_partly=0 < covered < HOUR,
        is_dated=any(first < end and start < last for first, last in dated),
    )
