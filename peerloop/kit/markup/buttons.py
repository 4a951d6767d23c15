"""Buttons and links that look like them: leaves, drawn in Python."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from peerloop.kit.html import format_html
from peerloop.kit.markup.drawing import icon as draw_icon

KINDS = {"primary", "secondary", "quiet", "danger"}


def attribute_name(name: str) -> str:
    """``aria_busy`` is ``aria-busy``; ``hx_get`` is ``data-hx-get``, which is valid HTML."""
    words = name.replace("_", "-")
    return f"data-{words}" if words.startswith(("hx-", "sse-")) else words


def attributes(extra: Mapping[str, Any]) -> SafeString:
    """HTML attributes of keyword arguments; None and False write nothing."""
    return format_html_join(
        "",
        ' {}="{}"',
        (
            (attribute_name(name), attribute_name(name) if value is True else value)
            for name, value in extra.items()
            if value is not None and value is not False
        ),
    )


def button(
    label: str,
    *,
    kind: str = "primary",
    icon: str = "",
    small: bool = False,
    block: bool = False,
    type: str = "submit",
    **extra: Any,
) -> SafeString:
    """A button named with its outcome; sends its form unless ``type`` says otherwise."""
    return format_html(
        '<button class="{}" type="{}"{}>{}<span>{}</span></button>',
        _button_class(kind, small=small, block=block),
        type,
        attributes({name: value for name, value in extra.items() if value != ""}),
        draw_icon(icon, 20) if icon else "",
        label,
    )


def button_link(
    label: str,
    href: str,
    *,
    kind: str = "primary",
    icon: str = "",
    small: bool = False,
    block: bool = False,
    **extra: Any,
) -> SafeString:
    """A link that looks like a button, for going somewhere; acts are buttons in forms."""
    return format_html(
        '<a class="{}" href="{}"{}>{}<span>{}</span></a>',
        _button_class(kind, small=small, block=block),
        href,
        attributes({name: value for name, value in extra.items() if value != ""}),
        draw_icon(icon, 20) if icon else "",
        label,
    )


def icon_button(icon: str, label: str, *, type: str = "submit", **extra: Any) -> SafeString:
    """A 44 px square with an icon; its words are there for those who don't see it."""
    return format_html(
        '<button class="icon-button" type="{}"{}>{}'
        '<span class="visually-hidden">{}</span></button>',
        type,
        attributes(extra),
        draw_icon(icon, 20),
        label,
    )


def _button_class(kind: str, *, small: bool, block: bool) -> str:
    if kind not in KINDS:
        raise ValueError(f"a button is one of {sorted(KINDS)}, not {kind!r}")
    names = ["button"]
    if kind != "primary":
        names.append(f"button--{kind}")
    if small:
        names.append("button--small")
    if block:
        names.append("button--block")
    return " ".join(names)
