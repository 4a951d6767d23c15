"""Money, lengths and instants in words: one renderer for page, mail and message.

Money comes in integer cents, instants in UTC; both leave as text. No markup here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from peerloop.kit.counting import MAX_COUNTED
from peerloop.kit.currencies import SYMBOLS, decimals_of
from peerloop.kit.periods import zone_or_none

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
UTC_KEYS = {"UTC", "Etc/UTC"}
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
# In ``Moment`` the word date is taken by what it shows.
Day = date

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def money_text(cents: int, currency: str = "usd", *, code: bool = False) -> str:
    """Smallest units as ``$450.00``: symbol first, never rounded, a true minus before it.

    ``code`` adds the ISO code, for places that show several currencies.
    """
    name = (currency or "usd").lower()
    symbol = SYMBOLS.get(name, name.upper() + NARROW_SPACE)
    amount = abs(int(cents))
    decimals = decimals_of(name)
    whole, rest = divmod(amount, 10**decimals)
    figures = f"{whole:,}.{rest:0{decimals}d}" if decimals else f"{whole:,}"
    sign = MINUS if cents < 0 else ""
    suffix = f" {name.upper()}" if code and name in SYMBOLS else ""
    return f"{sign}{symbol}{figures}{suffix}"


def count_text(number: int, most: int = MAX_COUNTED) -> str:
    """A total that is counted up to ``most`` (0: exactly): "12", "1,000+"."""
    return f"{most:,}+" if most and number >= most else f"{number:,}"


def minutes_text(minutes: int) -> str:
    """A length as ``45 min``, ``1 h`` or ``1 h 30 min``."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


@lru_cache(maxsize=512)
def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone of that IANA name; nothing for an empty or unknown one."""
    return zone_or_none(name) if name else None


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as one person sees it; without a known ``zone`` shown as UTC and so named."""

    instant: datetime
    zone: ZoneInfo | None
    now: datetime

    @property
    def local(self) -> datetime:
        """The wall clock of the viewer."""
        return self.instant.astimezone(self.zone or UTC)

    @property
    def time(self) -> str:
        """``16:30``."""
        return f"{self.local:%H:%M}"

    @property
    def date(self) -> str:
        """``Tue 25 Nov``, with the year when it is another one."""
        return date_text(self.local.date(), today=self._today)

    @property
    def day(self) -> str:
        """``Tuesday 25 November``, with the year when it is another one."""
        return day_text(self.local.date(), today=self._today)

    @property
    def datetime(self) -> str:
        """``Tue 25 Nov, 16:30``."""
        return f"{self.date}, {self.time}"

    @property
    def zone_label(self) -> str:
        """``Berlin, UTC+1``, or ``UTC``."""
        return zone_label(self.zone, self.instant)

    @property
    def is_utc(self) -> bool:
        """Whether it is shown in UTC: known or for want of a zone."""
        return self.zone is None or self.zone.key in UTC_KEYS

    def until(self, end: "Moment") -> str:
        """``Tue 25 Nov, 16:30-17:30`` with an en dash; the second date only if it is another."""
        if self.local.date() == end.local.date():
            return f"{self.datetime}{EN_DASH}{end.time}"
        return f"{self.datetime} {EN_DASH} {end.datetime}"

    @property
    def _today(self) -> Day:
        return self.now.astimezone(self.zone or UTC).date()


def date_text(day: date, *, today: date) -> str:
    """``Tue 25 Nov``, with the year when it is not today's."""
    text = f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
    return text if day.year == today.year else f"{text} {day.year}"


def day_text(day: date, *, today: date) -> str:
    """``Tuesday 25 November``, with the year when it is not today's."""
    text = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def zone_label(zone: ZoneInfo | None, at: datetime) -> str:
    """A zone's city and its offset at that instant: ``Berlin, UTC+1``."""
    if zone is None or zone.key in UTC_KEYS:
        return "UTC"
    return f"{city_of(zone)}, {offset_text(at.astimezone(zone).utcoffset() or timedelta())}"


def city_of(zone: ZoneInfo) -> str:
    """The city of a zone, for times on both sides of a clock change: ``Berlin``."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def zone_label_of(zone: ZoneInfo | None, instants: Iterable[datetime]) -> str:
    """The label of a zone for several instants; the city alone where the clocks change between."""
    labels = {zone_label(zone, instant) for instant in instants}
    return labels.pop() if zone is None or len(labels) == 1 else city_of(zone)


def offset_text(offset: timedelta) -> str:
    """``UTC+1``, ``UTC+5:30``, with a true minus sign in the west."""
    total = int(offset.total_seconds()) // 60
    hours, minutes = divmod(abs(total), 60)
    sign = MINUS if total < 0 else "+"
    return f"UTC{sign}{hours}:{minutes:02d}" if minutes else f"UTC{sign}{hours}"


def relative_text(instant: datetime, now: datetime) -> str:
    """``in 2 h``, ``25 min ago``, ``in 3 days``: only beside the absolute time."""
    seconds = int((instant - now).total_seconds())
    size = abs(seconds)
    if size < 60:
        return "now"
    if size < 3600:
        words = f"{size // 60} min"
    elif size < 86_400:
        words = f"{size // 3600} h"
    else:
        days = size // 86_400
        words = f"{days} day" if days == 1 else f"{days} days"
    return f"in {words}" if seconds > 0 else f"{words} ago"


def utc_iso(instant: datetime) -> str:
    """``2025-11-25T16:30:00Z``: for datetime attributes and form values."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
