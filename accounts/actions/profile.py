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

LONGEST = {"title": 120, "bio_short": 160, "bio": 5_000, "website": 300}


@transaction.atomic
def change_profile(*, user: User, at: datetime, **changes: Any) -> User:
    """Change name, title, bio, bio_short, website, timezone or privacy_public; others are refused.

    Raises Invalid naming the field. Repeating it changes nothing.
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
    text = clean(value) if name == "bio" else one_line(value)
    if len(text) > LONGEST[name]:
        raise Invalid.field(name, f"Use at most {LONGEST[name]} characters.")
    if name == "website" and text:
        _check_link(text)
    return text


def _check_link(text: str) -> None:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or "." not in parts.netloc:
        raise Invalid.field("website", "Give an address that starts with https://.")
