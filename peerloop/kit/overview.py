"""What the first page of the admin site begins with: what waits, what went wrong, key figures.

Each app declares its own in ``overview.py``: ``WAITS`` are rows that wait for who runs the
platform, or that failed; ``FIGURES`` are sums of days; ``HEALTH`` says whether a part works.
Nothing below the page knows them all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse

from peerloop.kit.counting import MAX_COUNTED

SPAN_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Rows that wait for a decision, or that failed (``is_wrong``).

    ``rows``: all of them; ``since``: their field that says from when on, served by an index with
    the condition of ``rows``. ``page``: the URL name of where they are decided, with the ``query``
    that shows just them. ``order``: lower stands first.
    """

    label: str
    order: int
    rows: "Callable[[], QuerySet[Any]]"
    since: str
    page: str
    query: str = ""
    is_wrong: bool = False

    @property
    def href(self) -> str:
        """Where it leads."""
        return f"{reverse(self.page)}?{self.query}" if self.query else reverse(self.page)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rows wait, counted up to a limit, and since when the oldest does."""

    wait: Wait
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of each day: rows by their instant ``at`` (indexed), or the sum of ``cents``."""

    label: str
    order: int
    rows: "Callable[[], QuerySet[Any]]"
    at: str
    page: str
    cents: str = ""

    @property
    def href(self) -> str:
        """The rows behind it."""
        return reverse(self.page)


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure of the last four weeks, day by day, beside the four weeks before them."""

    figure: Figure
    days: Sequence[int]
    total: int
    before: int

    @property
    def words(self) -> str:
        """The drawing in words."""
        return f"{self.figure.label}, day by day: {', '.join(map(str, self.days))}"

    @property
    def change_words(self) -> str:
        """How it grew; nothing where nothing was before."""
        if not self.before:
            return ""
        change = round(100 * (self.total - self.before) / self.before)
        if not change:
            return "as in the weeks before"
        return f"{abs(change):,}% {'more' if change > 0 else 'less'} than in the weeks before"


@dataclass(frozen=True, slots=True)
class Health:
    """A part of the platform at this moment: how it is, or its ``problem``; where it is shown."""

    label: str
    words: str = "works"
    problem: str = ""
    href: str = ""


HealthOf = Callable[[datetime], Health]
_waits: list[Wait] = []
_figures: list[Figure] = []
_health: list[HealthOf] = []


def declare_waits(waits: Iterable[Wait]) -> None:
    """Add rows that wait. Declaring the same again adds nothing."""
    _waits.extend(one for one in waits if one not in _waits)
    _waits.sort(key=lambda one: one.order)


def declare_figures(figures: Iterable[Figure]) -> None:
    """Add figures. Declaring the same again adds nothing."""
    _figures.extend(one for one in figures if one not in _figures)
    _figures.sort(key=lambda one: one.order)


def declare_health(parts: Iterable[HealthOf]) -> None:
    """Add parts that say how they are. Declaring the same again adds nothing."""
    _health.extend(one for one in parts if one not in _health)


def health(at: datetime) -> list[Health]:
    """How each part is."""
    return [part(at) for part in _health]


def waits() -> tuple[Wait, ...]:
    """All of them."""
    return tuple(_waits)


def figures() -> tuple[Figure, ...]:
    """All of them."""
    return tuple(_figures)


def what_waits() -> list[Waiting]:
    """Everything that has rows, in order. One statement."""
    parts: list[str] = []
    values: list[Any] = []
    for place, wait in enumerate(_waits):
        rows = wait.rows().order_by(wait.since).values(wait.since)[:MAX_COUNTED]
        sql, given = rows.query.sql_with_params()
        # Only numbers and what QuerySets compile to are written into it.
        parts.append(f"SELECT {place}, count(*), min(since) FROM ({sql}) AS waiting (since)")  # noqa: S608
        values += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1", values)
        found = cursor.fetchall()
    return [Waiting(_waits[place], count, oldest) for place, count, oldest in found if count]


def trends(at: datetime) -> list[Trend]:
    """Each figure up to yesterday, by days of UTC. One statement each."""
    return [_trend(one, at.astimezone(UTC).date()) for one in _figures]


def _trend(figure: Figure, today: date) -> Trend:
    first = today - timedelta(days=2 * SPAN_DAYS)
    amount: Any = Sum(figure.cents) if figure.cents else Count("pk")
    within = {f"{figure.at}__gte": _midnight(first), f"{figure.at}__lt": _midnight(today)}
    rows = figure.rows().filter(**within).annotate(day=TruncDate(figure.at, tzinfo=UTC))
    found = dict(rows.order_by().values_list("day").annotate(amount=amount))
    days = [found.get(first + timedelta(days=one)) or 0 for one in range(2 * SPAN_DAYS)]
    return Trend(figure, days[SPAN_DAYS:], sum(days[SPAN_DAYS:]), sum(days[:SPAN_DAYS]))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
