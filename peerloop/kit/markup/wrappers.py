"""Pieces with a body: cards, heads, callouts, dialogs. Their templates are in ``templates/ui/``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from peerloop.kit.markup.drawn import drawn

CALLOUT_ICONS = {
    "info": "info",
    "warn": "triangle-alert",
    "danger": "circle-alert",
    "ok": "circle-check",
    "goodwill": "heart-handshake",
}
PANEL_KINDS = {"", "plain", "brand", "accent"}


def panel(
    content: str, title: str = "", *, level: int = 2, id: str = "", kind: str = ""
) -> SafeString:
    """A card. With a title it is a section named by it; ``level`` is the heading's level."""
    if kind not in PANEL_KINDS:
        raise ValueError(f"a panel is one of {sorted(PANEL_KINDS)}, not {kind!r}")
    return drawn("panel", content=content, title=title, level=level, id=id, kind=kind)


def page_head(content: str, title: str, *, lead: str = "", eyebrow: str = "") -> SafeString:
    """The one h1 of a page with its lead, and actions at the end of the row."""
    actions = SafeString(content.strip())
    return drawn("page_head", actions=actions, title=title, lead=lead, eyebrow=eyebrow)


def callout(content: str, kind: str = "info", *, title: str = "") -> SafeString:
    """A note that needs to be seen: icon, title, text."""
    if kind not in CALLOUT_ICONS:
        raise ValueError(f"a callout is one of {sorted(CALLOUT_ICONS)}, not {kind!r}")
    return drawn("callout", content=content, kind=kind, picture=CALLOUT_ICONS[kind], title=title)


def next_card(
    context: Mapping[str, Any],
    content: str,
    title: str,
    *,
    at: datetime | None = None,
    course: str = "",
    words: str = "",
) -> SafeString:
    """What comes next for this person: title, time with how long until then, why, actions."""
    return drawn(
        "next_card",
        actions=SafeString(content.strip()),
        title=title,
        at=at,
        course=course,
        words=words,
        viewer_zone=context.get("viewer_zone"),
    )


def dialog(content: str, id: str, title: str) -> SafeString:
    """A native dialog for an act that can't be undone; opened by ``data-dialog`` with its id."""
    return drawn("dialog", content=content, id=id, title=title)


def disclosure(content: str, summary: str, *, open: bool = False) -> SafeString:
    """A part that opens: details and summary."""
    return drawn("disclosure", content=content, summary=summary, open=open)
