"""Spans of time: half-open, in UTC; local wall time only at the edges."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From ``start`` up to, but not including, ``end``; both aware and in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")

    def overlaps(self, other: "Period") -> bool:
        """Whether they share a moment; neighbours that touch do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, moment: datetime) -> bool:
        """Whether the moment lies inside."""
        return self.start <= moment < self.end

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start


@cache
def known_zones() -> frozenset[str]:
    """IANA's names that this machine has; looked up once a process, as it reads a folder tree.

    Not every file among the system's zones is one: ``localtime`` is the machine's own zone, and
    IANA's ``Factory`` means that none was set.
    """
    named = files("tzdata").joinpath("zones").read_text().split()
    return frozenset(available_timezones() & {*named}) - {"Factory"}


def zone_or_none(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or nothing if there is none."""
    if not name or len(name) > 64 or name not in known_zones():
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def instant_of(day: date, wall: time, zone: ZoneInfo) -> datetime | None:
    """The UTC instant of a wall-clock time on a day (rule AVL-6).

    Nothing if that time does not exist (the gap in spring); the first of two if it comes twice.
    """
    local = datetime.combine(day, wall, tzinfo=zone).replace(fold=0)
    instant = local.astimezone(UTC)
    back = instant.astimezone(zone)
    if back.replace(tzinfo=None) != local.replace(tzinfo=None):
        return None
    return instant
