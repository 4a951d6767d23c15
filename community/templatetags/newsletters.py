"""The offer of a creator's newsletter, for pages of lower apps."""

from collections.abc import Mapping
from typing import Any

from django import template

from accounts.models import User
from community.newsletters.queries import is_subscribed

register = template.Library()


@register.inclusion_tag("community/_newsletter_offer.html", takes_context=True)
def newsletter_offer(context: Mapping[str, Any], creator: User) -> dict[str, Any]:
    """A box that subscribes with one press; nothing for who gets it already, or writes it."""
    reader = context.get("user")
    is_offered = (
        isinstance(reader, User) and reader != creator and not is_subscribed(reader, creator)
    )
    return {
        "creator": creator,
        "is_offered": is_offered,
        "csrf_token": context.get("csrf_token"),
    }
