"""Names of members in posts: which ``@handle`` stands in a text, and whom a reader may see."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models.functions import Lower
from django.urls import reverse

from accounts.members.access import without_blockers
from accounts.models import User
from community.models import Post, PostMention
from peerloop.kit.markdown import mentioned

MOST_MENTIONS = 10


def handles_in(text: str) -> list[str]:
    """The first ten different handles of a text, in lower case, in their order.

    None in code, where "@cached" is a decorator, nor in links.
    """
    return mentioned(text)[:MOST_MENTIONS]


def members_named(text: str) -> list[User]:
    """The active members whose handles stand in the text, at most ten. One statement, or none."""
    handles = handles_in(text)
    if not handles:
        return []
    rows = User.objects.active().alias(low=Lower("handle")).filter(low__in=handles)
    return sorted(rows, key=lambda person: handles.index(person.handle.lower()))


def names_seen(rows: Iterable[Post], viewer: User) -> dict[UUID, dict[str, str]]:
    """By post, the profile of each handle in it that the viewer may see, in lower case.

    One statement; none where no text has an "@".
    """
    keys = [row.pk for row in rows if "@" in row.visible_text]
    if not keys:
        return {}
    people = without_blockers(User.objects.active(), viewer)
    pairs = PostMention.objects.filter(post__in=keys, user__in=people.values("pk"))
    found: dict[UUID, dict[str, str]] = {}
    for post_id, handle in pairs.values_list("post_id", "user__handle"):
        found.setdefault(post_id, {})[handle.lower()] = reverse("profile", args=[handle])
    return found
