"""Free times as links to the checkout: ``{% load checkout %}``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from billing.actions.checkout import chosen_address
from peerloop.kit.html import format_html
from peerloop.kit.markup.values import when

register = template.Library()


@register.simple_tag(takes_context=True)
def book_time(
    context: Mapping[str, Any],
    start: datetime,
    slug: str,
    teacher: Any = None,
    *,
    show: str = "datetime",
    kind: str = "time-link",
) -> SafeString:
    """A free time that leads to the checkout of a course, where it is held and paid.

    ``slug`` is the course's, ``teacher`` the id of who is free then; without one the checkout takes
    the first who is.
    """
    path = chosen_address(slug, teacher, start)
    return format_html(
        '<a class="{}" href="{}">{}</a>', kind, path, when(context, start, show=show)
    )


@register.simple_tag
def checkout_path(slug: str, teacher: Any = None, start: datetime | None = None) -> str:
    """The path of the checkout with what was chosen."""
    return chosen_address(slug, teacher, start)
