"""The course card, rendered by one call since lists contain twenty of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from peerloop.kit.formats import money_text, utc_iso
from peerloop.kit.html import format_html
from peerloop.kit.markup.drawing import cover, icon
from peerloop.kit.markup.pieces import rating
from peerloop.kit.markup.values import value_of, when
from peerloop.kit.navigation import path_of_name
from peerloop.kit.text import isolated


def course_card(
    context: Mapping[str, Any],
    course: Any,
    *,
    next_at: datetime | None = None,
    level: int = 3,
) -> SafeString:
    """Cover, title, creator, rating with count, price, next free time.

    The whole card is one link, but for the time, which leads to the checkout of that time.

    ``course`` is a row, a dataclass or a dict with slug, title, creator_name, price_cents,
    currency, rating, rating_count, level_label, thumbnail_url and path; ``level`` is the
    heading's.
    """
    slug = str(value_of(course, "slug") or "")
    return format_html(
        '<article class="course-card">{cover}<div class="course-card__body">'
        '<h{level} class="course-card__title"><a href="{href}">{title}</a></h{level}>'
        '<p class="course-card__by">{creator}</p>'
        '<p class="course-card__facts">{rating}{tier}</p>'
        '<p class="course-card__foot"><span class="course-card__price num">{price}</span>{free}</p>'
        "</div></article>",
        cover=cover(slug, str(value_of(course, "thumbnail_url") or "")),
        level=level,
        href=value_of(course, "path"),
        title=isolated(value_of(course, "title")),
        creator=isolated(value_of(course, "creator_name") or ""),
        rating=rating(
            value_of(course, "rating"),
            value_of(course, "rating_count"),
            is_new=bool(value_of(course, "is_new")),
        ),
        tier=_tier(value_of(course, "level_label")),
        price=money_text(
            value_of(course, "price_cents") or 0, value_of(course, "currency") or "usd"
        ),
        free=_free(context, slug, next_at),
    )


def shelf_links(choices: Iterable[Any]) -> SafeString:
    """The categories of the catalog as list items, rendered by one call since there may be dozens.

    A choice has key, label, href, is_active and count (None: not shown).
    """
    return format_html_join(
        "",
        '<li><a class="shelf" id="{}" href="{}"{}><span>{}</span>{}</a></li>',
        (
            (
                one.key,
                one.href,
                SafeString(' aria-current="true"') if one.is_active else "",
                one.label,
                _shelf_state(one.is_active, one.count),
            )
            for one in choices
        ),
    )


def _shelf_state(is_active: bool, count: int | None) -> SafeString | str:
    if is_active:
        return format_html(
            '{}<span class="visually-hidden">, shown now; choose to show all categories</span>',
            icon("x", 16),
        )
    if count is None:
        return ""
    return format_html(
        '<span class="num text-2">{}<span class="visually-hidden"> courses</span></span>', count
    )


def _tier(label: Any) -> SafeString | str:
    return format_html("<span>{}</span>", label) if label else ""


def _free(context: Mapping[str, Any], slug: str, next_at: datetime | None) -> SafeString | str:
    if next_at is None:
        return ""
    return format_html(
        '<a class="course-card__free" href="{}?{}">{}'
        '<span class="visually-hidden">Book the next free time </span>{}</a>',
        path_of_name("checkout", slug),
        urlencode({"start": utc_iso(next_at)}),
        icon("clock", 16),
        when(context, next_at),
    )
