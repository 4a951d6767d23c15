"""Components with a body: cards, heads, callouts, dialogs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from peerloop.kit.markup.drawing import icon
from peerloop.kit.markup.values import relative, when

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
    look = f" panel--{kind}" if kind else ""
    name = format_html(' id="{}"', id) if id else ""
    if not title:
        return format_html('<div class="panel{}"{}>{}</div>', look, name, content)
    return format_html(
        '<section class="panel{0}"{1}><h{2} class="panel__title">{3}</h{2}>{4}</section>',
        look,
        name,
        level,
        title,
        content,
    )


def page_head(content: str, title: str, *, lead: str = "", eyebrow: str = "") -> SafeString:
    """The one h1 of a page with its lead, and actions at the end of the row."""
    actions = content.strip()
    return format_html(
        '<header class="page-head"><div class="page-head__words">{}<h1>{}</h1>{}</div>{}</header>',
        format_html('<p class="page-head__eyebrow">{}</p>', eyebrow) if eyebrow else "",
        title,
        format_html('<p class="lead">{}</p>', lead) if lead else "",
        format_html('<div class="actions">{}</div>', SafeString(actions)) if actions else "",
    )


def callout(content: str, kind: str = "info", *, title: str = "") -> SafeString:
    """A note that needs to be seen: icon, title, text."""
    if kind not in CALLOUT_ICONS:
        raise ValueError(f"a callout is one of {sorted(CALLOUT_ICONS)}, not {kind!r}")
    return format_html(
        '<div class="callout callout--{}">{}<div class="callout__body">{}{}</div></div>',
        kind,
        icon(CALLOUT_ICONS[kind], 20),
        format_html('<p class="callout__title">{}</p>', title) if title else "",
        content,
    )


def next_card(
    context: Mapping[str, Any],
    content: str,
    title: str,
    *,
    at: datetime | None = None,
    course: str = "",
) -> SafeString:
    """What comes next for this person: title, time with how long until then, actions."""
    time: SafeString | str = ""
    if at is not None:
        time = format_html(
            '<p class="next__time">{} <span class="text-2">{}</span></p>',
            when(context, at),
            relative(at),
        )
    return format_html(
        '<section class="next"><div class="next__words"><p class="next__label">Next</p>'
        '<h2 class="next__title">{}</h2>{}{}</div><div class="actions">{}</div></section>',
        title,
        time,
        format_html('<p class="text-2">{}</p>', course) if course else "",
        SafeString(content.strip()),
    )


def dialog(content: str, id: str, title: str) -> SafeString:
    """A native dialog for an act that can't be undone; opened by ``data-dialog`` with its id."""
    return format_html(
        '<dialog class="dialog" id="{0}" aria-labelledby="{0}-title"><div class="dialog__head">'
        '<h2 id="{0}-title">{1}</h2><form method="dialog"><button class="icon-button">{2}'
        '<span class="visually-hidden">Close</span></button></form></div>{3}</dialog>',
        id,
        title,
        icon("x", 20),
        content,
    )


def disclosure(content: str, summary: str, *, open: bool = False) -> SafeString:
    """A part that opens: details and summary."""
    return format_html(
        '<details class="disclosure"{}><summary>{}{}</summary>'
        '<div class="disclosure__body">{}</div></details>',
        SafeString(" open") if open else "",
        summary,
        icon("chevron-down", 20),
        content,
    )
