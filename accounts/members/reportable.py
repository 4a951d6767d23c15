"""Profiles as content that can be reported (rule MOD-1)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.members.access import any_member, any_member_of_handle, visible_member
from accounts.members.actions.concealment import hide_profile, restore_profile
from accounts.models import User
from peerloop.kit.refusals import Missing
from peerloop.kit.reportable import Content, Line, Reportable

# What a profile says in the member's own words, in the order of its page.
WORDS = ("name", "title", "bio_short", "bio", "teaching_philosophy", "languages", "website")


def content_of(member: User) -> Content:
    """The profile with all that its owner wrote there."""
    words = [getattr(member, name) for name in WORDS]
    words += [row.sentence for row in member.qualifications.all()]
    words += [row.tag for row in member.expertise.all()]
    text = "\n".join(word for word in words if word)
    return Content(
        kind="profile",
        id=member.pk,
        author=member,
        place="Profile",
        lines=(Line(member.pk, member.name, text, member.updated_at),),
        page=reverse("profile", args=[member.handle]) if member.deleted_at is None else "",
        stands=member.profile_hidden_at is None and member.deleted_at is None,
    )


def reach(user: User, member_id: Any) -> Content:
    """The profile of an active member who did not shut the user out; raises Missing."""
    return content_of(visible_member(user, member_id))


def find(member_id: UUID) -> Content:
    """The profile of any member; raises Missing."""
    return content_of(any_member(member_id))


def id_by_handle(given: Mapping[str, Any]) -> UUID | None:
    """Whose page an address with a handle is."""
    try:
        found: UUID = any_member_of_handle(given["handle"]).pk
    except Missing:
        return None
    return found


REPORTABLE = (
    Reportable(
        kind="profile",
        noun="profile",
        reach=reach,
        find=find,
        hide=hide_profile,
        remove=hide_profile,
        restore=restore_profile,
        ids=dict.fromkeys(("profile", "creator", "student-teacher"), id_by_handle),
    ),
)
