"""Pieces of pages: those of one element are drawn here, the others are templates."""

import zlib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from django.core.paginator import Page
from django.utils.safestring import SafeString

from peerloop.kit.formats import money_text
from peerloop.kit.html import format_html
from peerloop.kit.markup.buttons import attributes, button_link
from peerloop.kit.markup.drawing import icon, split_drawing
from peerloop.kit.markup.drawn import drawn

EMPTY = SafeString("")


def rating(
    value: Decimal | float | None, count: int | None = None, *, is_new: bool = False
) -> SafeString:
    """The mean as a figure and the number of reviews behind it.

    Before the first one ``New`` for what is new, else that nobody reviewed it yet.
    """
    if not value:
        words = format_html("{}New", icon("sparkles", 16)) if is_new else "No reviews yet"
        return format_html('<span class="rating{}">{}</span>', "" if is_new else " text-2", words)
    noun = "review" if count == 1 else "reviews"
    return format_html(
        '<span class="rating num">{}<span class="visually-hidden">Rated </span>{}{}</span>',
        icon("star", 16),
        f"{float(value):.1f}",
        format_html(' <span class="text-2">({} {})</span>', count, noun) if count else "",
    )


@lru_cache(maxsize=8)
def stars(number: int) -> SafeString:
    """One review's stars: so many of five are filled."""
    return format_html(
        '<span class="stars"><span class="visually-hidden">{} of 5 stars</span>{}'
        '<span class="stars__off">{}</span></span>',
        number,
        format_html("{}" * number, *[icon("star", 16)] * number) if number else "",
        format_html("{}" * (5 - number), *[icon("star", 16)] * (5 - number)) if number < 5 else "",
    )


def stat(label: str, value: Any, *, note: str = "", tone: str = "") -> SafeString:
    """A figure with its name; several stand in ``<dl class="stats">``."""
    return format_html(
        '<div class="stat{}"><dt>{}</dt><dd class="stat__value num">{}</dd>{}</div>',
        f" stat--{tone}" if tone else "",
        label,
        value,
        format_html('<dd class="stat__note">{}</dd>', note) if note else "",
    )


def progress(value: int, maximum: int, label: str) -> SafeString:
    """A progress bar with its words above it."""
    return format_html(
        '<div class="progress"><span class="progress__label num">{0}</span>'
        '<progress value="{1}" max="{2}" aria-label="{0}">{0}</progress></div>',
        label,
        value,
        maximum or 1,
    )


def stepper(*steps: str, current: int = 1) -> SafeString:
    """The steps of a flow; the current one is named for screen readers too."""
    marked = []
    for number, words in enumerate(steps, start=1):
        look = "done" if number < current else "now" if number == current else "later"
        is_done, is_now = number < current, number == current
        marked.append({"words": words, "look": look, "is_done": is_done, "is_now": is_now})
    return drawn("stepper", steps=marked)


def breadcrumbs(*words: str) -> SafeString:
    """Label and address by turns; the last label alone is the current page."""
    return drawn("breadcrumbs", places=list(zip_longest(words[::2], words[1::2])))


def pagination(context: Mapping[str, Any], page: Page) -> SafeString:
    """Links to the pages around this one; the query of the address is kept."""
    if page.paginator.num_pages < 2:
        return EMPTY
    request = context.get("request")

    def address(number: int) -> str:
        query = request.GET.copy() if request is not None else None
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return drawn(
        "pagination",
        numbers=[(one, address(one) if isinstance(one, int) else "") for one in shown],
        current=page.number,
        before=address(page.number - 1) if page.has_previous() else "",
        after=address(page.number + 1) if page.has_next() else "",
    )


def next_page_link(url: str, label: str = "Show more") -> SafeString:
    """The way to the next part of a list that is read by cursor; nothing at its end."""
    if not url:
        return EMPTY
    return format_html(
        '<p class="more">{}</p>', button_link(label, url, kind="secondary", rel="next")
    )


def filter_chip(
    label: str, href: str, *, active: bool = False, count: int | None = None
) -> SafeString:
    """A filter as a link in ``<ul class="chips">``; an active one goes back to without it."""
    return format_html(
        '<li><a class="filter-chip" href="{}"{}>{}{}{}</a></li>',
        href,
        SafeString(' aria-current="true"') if active else "",
        icon("check", 16) if active else "",
        label,
        format_html(' <span class="num text-2">{}</span>', count) if count is not None else "",
    )


def tab(label: str, href: str, *, current: bool = False, count: int | None = None) -> SafeString:
    """A tab as a link to its own address, in ``<nav class="tabs">``."""
    return format_html(
        '<a class="tab" href="{}"{}>{}{}</a>',
        href,
        SafeString(' aria-current="page"') if current else "",
        label,
        format_html(' <span class="tab__count num">{}</span>', count) if count is not None else "",
    )


def empty(words: str, action: str = "", href: str = "", *, step: int = 0) -> SafeString:
    """What will be here, and the one thing to do."""
    return drawn("empty", words=words, action=action, href=href, step=step)


def copy_field(value: str, label: str, *, id: str = "") -> SafeString:
    """A read-only value with a button that copies it; the button appears when it can work."""
    name = id or f"copy-{zlib.crc32(f'{label} {value}'.encode())}"
    return drawn("copy_field", id=name, label=label, value=value)


TOAST_LEVELS = {
    "ok": ("ok", "circle-check"),
    "success": ("ok", "circle-check"),
    "info": ("info", "info"),
    "debug": ("info", "info"),
    "warn": ("warn", "triangle-alert"),
    "warning": ("warn", "triangle-alert"),
    "danger": ("danger", "circle-alert"),
    "error": ("danger", "circle-alert"),
}


@lru_cache(maxsize=64)
def toast(text: str, level: str = "info") -> SafeString:
    """A short note at the bottom; the levels of Django's messages are known too.

    Kept, because every page has four empty ones for its scripts to copy.
    """
    tone, picture = TOAST_LEVELS.get(level, TOAST_LEVELS["info"])
    return drawn("toast", tone=tone, picture=picture, text=text)


def badge(count: int | None, words: str) -> SafeString:
    """A small count on an icon; nothing for none."""
    if not count:
        return EMPTY
    return format_html(
        '<span class="badge">{}<span class="visually-hidden"> {}</span></span>',
        count if count < 100 else "99+",
        words,
    )


def row_link(href: str, title: str, *, meta: str = "", end: str = "") -> SafeString:
    """A simple row of ``<ul class="rows">`` that leads somewhere."""
    return drawn("row_link", href=href, title=title, meta=meta, end=end)


def split_bar(
    *,
    teacher: int = 0,
    creator: int = 0,
    platform: int = 0,
    currency: str = "usd",
    teacher_name: str = "Your teacher",
    creator_name: str = "The creator",
) -> SafeString:
    """Who gets what of a payment, in cents: a bar, and the same figures as a list."""
    named = (
        ("teacher", teacher_name, teacher),
        ("creator", creator_name, creator),
        ("platform", "PeerLoop", platform),
    )
    parts = [part for part in named if part[2] > 0]
    total = sum(cents for _, _, cents in parts) or 1
    lines = [
        {
            "tone": tone,
            "name": name,
            "percent": percent_text(cents, total),
            "amount": money_text(cents, currency),
        }
        for tone, name, cents in parts
    ]
    bar = split_drawing([(tone, cents) for tone, _, cents in parts])
    return drawn("split_bar", bar=bar, parts=lines)


def percent_text(cents: int, total: int) -> str:
    """A share in percent, with one decimal only where it is needed."""
    tenths = (cents * 1000 + total // 2) // total
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"


def choice(
    name: str,
    value: Any,
    label: str,
    *,
    help: str = "",
    checked: bool = False,
    type: str = "radio",
    **extra: Any,
) -> SafeString:
    """A radio or checkbox as a large cell; several stand in a fieldset of class ``choices``."""
    return drawn(
        "choice",
        name=name,
        value=value,
        label=label,
        help=help,
        checked=checked,
        type=type,
        attributes=attributes(extra),
    )
