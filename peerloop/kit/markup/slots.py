"""The free times of a booking page, grouped by day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime
from typing import Any

from peerloop.kit.formats import Moment, minutes_text, utc_iso
from peerloop.kit.markup.values import moment_time, value_of


@dataclass(slots=True)
class SlotDay:
    """The free times of one day, in the viewer's zone."""

    moment: Moment
    slots: list[dict[str, Any]] = part(default_factory=list)


def slot_days(context: Mapping[str, Any], starts: Iterable[Any], selected: str) -> list[SlotDay]:
    """Group starts by the viewer's date. A start is an aware datetime or has ``starts_at``."""
    days: dict[Any, SlotDay] = {}
    for start in starts:
        instant = start if isinstance(start, datetime) else value_of(start, "starts_at")
        shown = moment_time(context, instant)
        value = None if isinstance(start, datetime) else value_of(start, "value")
        value = str(value or utc_iso(instant))
        day = days.setdefault(shown.local.date(), SlotDay(shown))
        day.slots.append({"time": shown.time, "value": value, "checked": value == selected})
    return [days[key] for key in sorted(days)]


def slot_picker(
    context: Mapping[str, Any],
    starts: Iterable[Any],
    *,
    name: str = "starts_at",
    selected: str = "",
    minutes: int | None = None,
) -> dict[str, Any]:
    """What ``ui/_slot_picker.html`` needs."""
    days = slot_days(context, starts, str(selected or ""))
    first = days[0].moment if days else None
    return {
        "days": days,
        "name": name,
        "length": minutes_text(minutes) if minutes else "",
        "zone": first.zone_label if first and not first.is_utc else "",
    }
