"""Small pieces of pages: figures, progress, steps, ways around, empty states."""

import zlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from peerloop.kit.formats import money_text
from peerloop.kit.markup.drawing import icon, ring, split_drawing
from peerloop.kit.markup.forms import button_link

EMPTY = SafeString("")


def rating(value: Decimal | float | None, count: int | None = None) -> SafeString:
    """Stars as a figure and the number of reviews; ``New`` before the first review."""
    if not value:
        return format_html('<span class="rating">{}New</span>', icon("sparkles", 16))
    noun = "review" if count == 1 else "reviews"
    return format_html(
        '<span class="rating num">{}<span class="visually-hidden">Rated </span>{}{}</span>',
        icon("star", 16),
        f"{float(value):.1f}",
        format_html(' <span class="text-2">({} {})</span>', count, noun) if count else "",
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
    items = []
    for number, words in enumerate(steps, start=1):
        state = "done" if number < current else "now" if number == current else "later"
        mark = icon("check", 16) if state == "done" else str(number)
        here = SafeString(' aria-current="step"') if state == "now" else ""
        items.append((state, here, mark, words))
    return format_html(
        '<ol class="stepper">{}</ol>',
        format_html_join(
            "",
            '<li class="stepper__step stepper__step--{}"{}>'
            '<span class="stepper__mark num">{}</span><span>{}</span></li>',
            items,
        ),
    )


def breadcrumbs(*words: str) -> SafeString:
    """Label and address by turns; the last label alone is the current page."""
    items = []
    for place in range(0, len(words), 2):
        last = place + 1 >= len(words)
        if last:
            items.append((format_html('<span aria-current="page">{}</span>', words[place]),))
        else:
            items.append((format_html('<a href="{}">{}</a>', words[place + 1], words[place]),))
    return format_html(
        '<nav class="breadcrumbs" aria-label="Breadcrumb"><ol>{}</ol></nav>',
        format_html_join("", "<li>{}</li>", items),
    )


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

    items = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if not isinstance(number, int):
            items.append((SafeString('<span class="pagination__gap">…</span>'),))
        elif number == page.number:
            items.append(
                (format_html('<a aria-current="page" href="{}">{}</a>', address(number), number),)
            )
        else:
            items.append((format_html('<a href="{}">{}</a>', address(number), number),))
    before, after = EMPTY, EMPTY
    if page.has_previous():
        before = _turn(address(page.number - 1), "Previous", "prev", "chevron-left")
    if page.has_next():
        after = _turn(address(page.number + 1), "Next", "next", "chevron-right")
    return format_html(
        '<nav class="pagination" aria-label="Pages">{}<ol>{}</ol>{}</nav>',
        before,
        format_html_join("", "<li>{}</li>", items),
        after,
    )


def _turn(href: str, words: str, relation: str, picture: str) -> SafeString:
    return format_html(
        '<a class="pagination__turn" rel="{}" href="{}">{}<span>{}</span></a>',
        relation,
        href,
        icon(picture, 20),
        words,
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
    return format_html(
        '<div class="empty">{}<div class="empty__words"><p>{}</p>{}</div></div>',
        ring(step, 160) if step else _quiet_ring(),
        words,
        button_link(action, href) if action and href else "",
    )


def _quiet_ring() -> SafeString:
    return format_html('<span aria-hidden="true">{}</span>', ring(1, 160))


def copy_field(value: str, label: str, *, id: str = "") -> SafeString:
    """A read-only value with a button that copies it; the button appears when it can work."""
    name = id or f"copy-{zlib.crc32(f'{label} {value}'.encode())}"
    return format_html(
        '<div class="field" data-copy><label class="field__label" for="{0}">{1}</label>'
        '<span class="copy"><input class="control" id="{0}" value="{2}" readonly>'
        '<button class="button button--secondary" type="button" hidden>{3}<span>Copy</span>'
        "</button></span></div>",
        name,
        label,
        value,
        icon("copy", 20),
    )


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


def toast(text: str, level: str = "info") -> SafeString:
    """A short note at the bottom; the levels of Django's messages are known too."""
    tone, picture = TOAST_LEVELS.get(level, TOAST_LEVELS["info"])
    return format_html(
        '<div class="toast toast--{}" data-toast>{}<p>{}</p>'
        '<button class="icon-button" type="button" data-close hidden>{}'
        '<span class="visually-hidden">Close</span></button></div>',
        tone,
        icon(picture, 20),
        text,
        icon("x", 20),
    )


def badge(count: int | None, words: str) -> SafeString:
    """A small count on an icon; nothing for none."""
    if not count:
        return EMPTY
    return format_html(
        '<span class="badge">{}<span class="visually-hidden"> {}</span></span>',
        count if count < 100 else "99+",
        words,
    )


def skeleton(*, lines: int = 3, kind: str = "text") -> SafeString:
    """A placeholder of the final size; ``kind``: text, card, row."""
    return format_html(
        '<div class="skeleton skeleton--{}" aria-hidden="true">{}</div>',
        kind,
        SafeString("<span></span>" * lines),
    )


def row_link(href: str, title: str, *, meta: str = "", end: str = "") -> SafeString:
    """A simple row of ``<ul class="rows">`` that leads somewhere."""
    return format_html(
        '<li class="row"><span class="row__body"><span class="row__head">'
        '<a class="row__link" href="{}">{}</a>{}</span>{}</span>{}</li>',
        href,
        title,
        format_html('<span class="row__end">{}</span>', end) if end else "",
        format_html('<span class="row__meta">{}</span>', meta) if meta else "",
        icon("chevron-right", 20),
    )


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
    lines = (
        (tone, name, percent_text(cents, total), money_text(cents, currency))
        for tone, name, cents in parts
    )
    return format_html(
        '<div class="split">{}<ul class="split__list">{}</ul></div>',
        split_drawing([(tone, cents) for tone, _, cents in parts]),
        format_html_join(
            "",
            '<li><span class="split__dot split__dot--{}"></span><span>{}</span>'
            '<span class="num text-2">{}</span><span class="num split__amount">{}</span></li>',
            lines,
        ),
    )


def percent_text(cents: int, total: int) -> str:
    """A share in percent, with one decimal only where it is needed."""
    tenths = (cents * 1000 + total // 2) // total
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10} %"
