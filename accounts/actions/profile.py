"""What a member says about themselves."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from accounts.actions.sign_up import checked_name
from accounts.models import User
from peerloop.kit.periods import zone_or_none
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import clean, one_line

LONGEST = {"title": 120, "bio_short": 160, "bio": 5_000, "website": 300, "avatar_url": 500}


@transaction.atomic
def change_profile(*, user: User, at: datetime, **changes: Any) -> User:
    """Change name, title, bio, bio_short, website, avatar_url, timezone or privacy_public.

    None empties a text. Raises Invalid naming the field, for any other field too. Repeating it
    changes nothing.
    """
    member = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    for name, value in changes.items():
        setattr(member, name, _checked(name, value))
    member.save(update_fields=[*changes])
    return member


def _checked(name: str, value: Any) -> Any:
    if name == "privacy_public":
        return bool(value)
    if name == "name":
        return checked_name(value)
    if name == "timezone":
        if value and not zone_or_none(value):
            raise Invalid.field("timezone", "Choose a time zone from the list.")
        return value
    if name not in LONGEST:
        raise Invalid.field(name, "This can't be changed here.")
    text = clean(value or "") if name == "bio" else one_line(value or "")
    if len(text) > LONGEST[name]:
        raise Invalid.field(name, f"Use at most {LONGEST[name]} characters.")
    own_file = name == "avatar_url" and text.startswith("/") and not text.startswith("//")
    if name in ("website", "avatar_url") and text and not own_file:
        _check_link(name, text)
    return text


def _check_link(name: str, text: str) -> None:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or "." not in parts.netloc:
        raise Invalid.field(name, "Give an address that starts with https://.")
