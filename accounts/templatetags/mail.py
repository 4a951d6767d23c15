"""Template tags of mails, for text and HTML: ``{% load mail %}``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template

from peerloop.kit.formats import Moment, money_text, zone_of

register = template.Library()
register.filter("money_text", money_text)


@register.simple_tag(takes_context=True)
def moment(context: Mapping[str, Any], instant: str | datetime, end: str | datetime = "") -> str:
    """An instant, or ISO text of one, in the reader's zone: ``Tue 25 Nov, 16:30 (Berlin, UTC+1)``.

    With ``end`` a span. The year stands there when it is not that in which the mail was written.
    """
    zone = zone_of(str(context.get("viewer_zone") or ""))
    written = context.get("written_at") or _instant(instant)
    start = Moment(_instant(instant), zone, written)
    words = start.until(Moment(_instant(end), zone, written)) if end else start.datetime
    return f"{words} ({start.zone_label})"


def _instant(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
