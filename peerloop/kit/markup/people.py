"""People on a page: avatars and the row of a teacher. Names are untrusted and must be escaped."""

import re
import unicodedata
import uuid
import zlib
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString

from peerloop.kit.html import format_html
from peerloop.kit.markup.drawing import icon
from peerloop.kit.markup.pieces import rating
from peerloop.kit.markup.values import moment_time, value_of, when
from peerloop.kit.pictures import avatar_sources, is_own
from peerloop.kit.text import isolated

AVATAR_SIZES = {24, 32, 40, 48, 64, 96}
HUES = 8


def avatar(user: Any, size: int = 40, *, label: bool = False) -> SafeString:
    """Photo or initials; decorative, as the name stands beside it, unless ``label`` is set.

    A picture on another host is not loaded (security HDR-6): initials are shown instead.
    """
    if size not in AVATAR_SIZES:
        raise ValueError(f"avatars are drawn at {sorted(AVATAR_SIZES)}, not {size}")
    name = str(value_of(user, "name") or "")
    photo = str(value_of(user, "avatar_url") or "")
    if is_own(photo):
        source, choices = avatar_sources(photo, size)
        return format_html(
            '<img class="avatar avatar--{0}" src="{1}"{3} alt="{2}" width="{0}" height="{0}" '
            'loading="lazy">',
            size,
            source,
            name if label else "",
            format_html(' srcset="{}"', choices) if choices else "",
        )
    key = value_of(user, "pk") or value_of(user, "id") or name
    return _initials_avatar(name, hue_of(key), size, label)


@lru_cache(maxsize=4096)
def _initials_avatar(name: str, hue: int, size: int, label: bool) -> SafeString:
    if label:
        return format_html(
            '<span class="avatar avatar--{} avatar--h{}" role="img" aria-label="{}">{}</span>',
            size,
            hue,
            name or "Member",
            initials(name),
        )
    return format_html(
        '<span class="avatar avatar--{} avatar--h{}" aria-hidden="true">{}</span>',
        size,
        hue,
        initials(name),
    )


def hue_of(key: Any) -> int:
    """Which of the eight hues: the id modulo 8; other keys by a checksum."""
    if isinstance(key, uuid.UUID):
        return key.int % HUES
    if isinstance(key, int):
        return key % HUES
    text = str(key)
    try:
        return uuid.UUID(text).int % HUES
    except ValueError:
        return zlib.crc32(text.encode("utf-8", "replace")) % HUES


def initials(name: str) -> str:
    """Up to two letters: of the first and of the last word that begin with a letter or a figure."""
    words = [word for word in re.split(r"[\s\-_.]+", name) if word and word[0].isalnum()]
    if not words:
        return "?"
    chosen = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return "".join(_first_letter(word) for word in chosen).upper()


def _first_letter(word: str) -> str:
    marks = 1
    while marks < min(len(word), 3) and unicodedata.combining(word[marks]):
        marks += 1
    return word[:marks]


def teacher_row(
    context: dict[str, Any],
    teacher: Any,
    *,
    next_at: datetime | None = None,
    href: str = "",
    slots: int | None = None,
    live: bool = False,
    taught: int | None = None,
    languages: str = "",
    time_href: str = "",
    mean: float | None = None,
    reviews: int = 0,
    reasons: str = "",
) -> SafeString:
    """One teacher in a list: name, next free time, rating, students taught, and the reasons to
    choose them; right: live, or free slots. What is zero is left out.

    ``href`` is of the row, ``time_href`` of its time. Without ``next_at`` the row says so and is
    not a link, since nothing can be booked.
    """
    name = isolated(str(value_of(teacher, "name") or "Member"))
    free = _next_free(context, next_at, time_href)
    facts = [f"{taught} taught"] if taught else []
    if languages:
        facts.append(languages)
    title = (
        format_html('<a class="row__link" href="{}">{}</a>', href, name)
        if href and next_at
        else name
    )
    return format_html(
        '<li class="row">{}<span class="row__body"><span class="row__head">'
        '<span class="row__title">{}</span>{}</span>'
        '{}<span class="row__meta">{}{}{}</span></span></li>',
        avatar(teacher, 48),
        title,
        _row_end(slots, live),
        format_html("<span>{}</span>", reasons) if reasons else "",
        free,
        rating(mean, reviews) if mean else "",
        format_html("<span>{}</span>", " · ".join(facts)) if facts else "",
    )


def _next_free(context: dict[str, Any], next_at: datetime | None, href: str) -> SafeString:
    if next_at is None:
        return format_html("<span>{}</span>", "No free time now")
    known = moment_time(context, next_at).zone is not None
    time = when(context, next_at)
    if href:
        time = format_html('<a class="row__time" href="{}">{}</a>', href, time)
    return format_html("<span>Next: {}{}</span>", time, " your time" if known else "")


def _row_end(slots: int | None, live: bool) -> SafeString | str:
    if live:
        return format_html('<span class="chip chip--live">{}Live now</span>', icon("radio", 16))
    if slots is None:
        return ""
    words = "1 free time" if slots == 1 else f"{slots} free times"
    return format_html('<span class="row__end num">{}</span>', words)
