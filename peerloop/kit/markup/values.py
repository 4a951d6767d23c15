"""Money and time as markup, in the viewer's zone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.safestring import SafeString

from peerloop.kit import clock
from peerloop.kit.formats import (
    EN_DASH,
    Moment,
    money_text,
    relative_text,
    utc_iso,
    zone_label,
    zone_of,
)
from peerloop.kit.html import format_html
from peerloop.kit.text import isolated

SHOWN = {"datetime", "date", "time", "day"}


def value_of(thing: Any, name: str) -> Any:
    """A named value of a model, dataclass or dict; None if missing."""
    if isinstance(thing, Mapping):
        return thing.get(name)
    return getattr(thing, name, None)


def money(
    cents: int, currency: str = "usd", *, code: bool = False, refund: bool = False
) -> SafeString:
    """An amount in tabular figures; a negative one may be labelled as a refund."""
    text = money_text(cents, currency, code=code)
    if refund and cents < 0:
        return format_html('<span class="num money">{} refund</span>', text)
    return format_html('<span class="num money">{}</span>', text)


def moment_time(context: Mapping[str, Any], instant: datetime) -> Moment:
    """The instant as this viewer sees it; their zone is the context's ``viewer_zone``."""
    zone = context.get("viewer_zone")
    found = zone_of(str(zone)) if zone else None
    return Moment(instant.astimezone(UTC), found, clock.now())


def when(
    context: Mapping[str, Any],
    instant: datetime | None,
    end: datetime | None = None,
    *,
    show: str = "datetime",
    zone: bool = False,
) -> SafeString | str:
    """A time element in the viewer's zone; empty for None.

    Without a known zone the text is in UTC and says so, and the browser shows its own zone instead.
    """
    if instant is None:
        return ""
    if show not in SHOWN:
        raise ValueError(f"when shows one of {sorted(SHOWN)}, not {show!r}")
    start = moment_time(context, instant)
    text: str = getattr(start, show)
    if end is not None:
        text = _range(start, moment_time(context, end), show)
    named = start.zone is None and show not in {"date", "day"}
    if zone or named:
        text = (
            f"{text} {start.zone_label}" if start.zone is None else f"{text} ({start.zone_label})"
        )
    kind = "num range" if end is not None or zone else "num"
    element = format_html('<time class="{}" datetime="{}">{}</time>', kind, utc_iso(instant), text)
    if start.zone is not None:
        return element
    return format_html(
        '<local-time data-show="{}"{}>{}</local-time>',
        show,
        format_html(' data-end="{}"', utc_iso(end)) if end else "",
        element,
    )


def _range(start: Moment, end: Moment, show: str) -> str:
    if show == "time":
        return f"{start.time}{EN_DASH}{end.time}"
    if show == "datetime":
        return start.until(end)
    first, last = getattr(start, show), getattr(end, show)
    return first if first == last else f"{first} {EN_DASH} {last}"


def relative(instant: datetime | None) -> SafeString | str:
    """Relative time such as ``in 2 h``, updated by the browser. Only beside the absolute time."""
    if instant is None:
        return ""
    return format_html(
        '<relative-time data-at="{}" data-now="{}">{}</relative-time>',
        utc_iso(instant),
        utc_iso(clock.now()),
        relative_text(instant, clock.now()),
    )


def zone_note(context: Mapping[str, Any], other: str = "", *, whose: str = "") -> SafeString:
    """In which zone the times of this block are; ``other`` adds a second zone that differs."""
    now = clock.now()
    mine = zone_of(str(context.get("viewer_zone") or ""))
    theirs = zone_of(other)
    if mine is None:
        first = SafeString("<zone-note>Times are in UTC.</zone-note>")
    else:
        first = format_html("Times are in your zone: {}.", zone_label(mine, now))
    second = ""
    if theirs is not None and (mine is None or _offset(theirs, now) != _offset(mine, now)):
        second = format_html(" {}: {}.", isolated(whose) or "Teacher", zone_label(theirs, now))
    return format_html('<p class="zone-note">{}{}</p>', first, second)


def _offset(zone: Any, at: datetime) -> Any:
    return at.astimezone(zone).utcoffset()
