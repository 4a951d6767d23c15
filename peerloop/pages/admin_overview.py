"""The first page of the admin site: what is wrong, what waits, and how the platform does."""

from typing import Any

from peerloop.kit import clock
from peerloop.kit.overview import SPAN_DAYS, health, trends, what_waits


def overview() -> dict[str, Any]:
    """What the page shows. A statement for all that waits, and one for each figure."""
    at = clock.now()
    waiting = what_waits()
    return {
        "wrong": [one for one in waiting if one.wait.is_wrong],
        "waiting": [one for one in waiting if not one.wait.is_wrong],
        "health": health(at),
        "trends": trends(at),
        "span_days": SPAN_DAYS,
    }
