"""Editing the own profile."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.identity.actions.sign_up import checked_name
from accounts.members.actions.concealment import ProfileHidden
from accounts.members.actions.credentials import replace_expertise, replace_qualifications
from accounts.members.actions.pictures import drop_unshown_pictures
from accounts.members.websites import is_public_address
from accounts.models import User
from peerloop.kit.periods import zone_or_none
from peerloop.kit.pictures import public_url
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import clean, one_line

LONGEST = {
    "title": 120,
    "bio_short": 160,
    "bio": 5_000,
    "teaching_philosophy": 3_000,
    "languages": 120,
    "website": 300,
    "avatar_url": 500,
}
SEVERAL_LINES = {"bio", "teaching_philosophy"}


@transaction.atomic
def change_profile(*, user: User, at: datetime, **changes: Any) -> User:
    """Change name, title, bio, bio_short, teaching_philosophy, website, avatar_url, languages,
    timezone, privacy_public, shows_lineage, or the lists qualifications and expertise, replaced as
    a whole.

    None empties a text, and removes the picture: ``avatar_url`` takes no other value but the
    present one. Raises Invalid naming the field, for any other field too, and ProfileHidden.
    Repeating it changes nothing.
    """
    member = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if changes.get("privacy_public") and member.profile_hidden_at is not None:
        raise ProfileHidden
    if "qualifications" in changes:
        replace_qualifications(member, changes.pop("qualifications"))
    if "expertise" in changes:
        replace_expertise(member, changes.pop("expertise"))
    for name, value in changes.items():
        if name == "avatar_url" and value in (member.avatar_url, public_url(member.avatar_url)):
            continue
        setattr(member, name, _checked(name, value))
    member.save(update_fields=[*changes])
    if "avatar_url" in changes:
        drop_unshown_pictures(member, at=at)
    return member


def _checked(name: str, value: Any) -> Any:
    if name in ("privacy_public", "shows_lineage"):
        return bool(value)
    if name == "name":
        return checked_name(value)
    if name == "timezone":
        if value and not zone_or_none(value):
            raise Invalid.field("timezone", "Choose a time zone from the list.")
        return value
    if name not in LONGEST:
        raise Invalid.field(name, "This can't be changed here.")
    text = clean(value or "") if name in SEVERAL_LINES else one_line(value or "")
    if len(text) > LONGEST[name]:
        raise Invalid.field(name, f"Use at most {LONGEST[name]} characters.")
    if name == "avatar_url" and text:
        raise Invalid.field(name, "Upload a picture under Settings, or send null to remove it.")
    if name == "website" and text and not is_public_address(text):
        raise Invalid.field(name, "Give a public address that starts with https://.")
    return text
