"""Times in another zone than the viewer's, and wall times of hours: ``{% load times %}``."""

from datetime import datetime

from django import template

from peerloop.kit.formats import Moment, zone_label, zone_of
from scheduling.hours import DAY_MINUTES, clock_text

register = template.Library()
register.filter("clock_text", clock_text)


@register.filter
def end_time(minute: int) -> str:
    """``21:00`` for a field of a time; the end of the day is 00:00 there."""
    return clock_text(minute % DAY_MINUTES)


@register.simple_tag
def in_zone(
    instant: datetime, zone: str, end: datetime | None = None, *, show: str = "datetime"
) -> str:
    """``Mon 4 May, 10:00-11:00 (New York, UTC-4)`` in that zone.

    ``show="time"`` gives the time of day alone, ``show="wall"`` date and time without the zone.
    """
    there = Moment(instant, zone_of(zone), instant)
    if show == "time":
        return there.time
    if show == "wall":
        return there.datetime
    words = there.until(Moment(end, zone_of(zone), instant)) if end else there.datetime
    return f"{words} ({there.zone_label})"


@register.simple_tag
def zone_words(zone: str, at: datetime) -> str:
    """``New York, UTC-4`` at that instant."""
    return zone_label(zone_of(zone), at)
