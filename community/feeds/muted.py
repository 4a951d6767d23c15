"""What a member mutes: which members and feeds they may name, and what they muted and hid."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.members.access import visible_member
from accounts.models import User
from community.feeds.access import creator_by_id, feed_of, feed_of_course, feed_of_creator
from community.feeds.actions.muting import Muted
from community.models import FeedMute, HiddenPost, Post
from peerloop.kit.api import identifier
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import Page
from peerloop.kit.refusals import Invalid, Missing

FIELDS = ("member_id", "course_id", "creator_id")
SHOWN_HIDDEN = 50


@dataclass(frozen=True, slots=True)
class Mutes:
    """A page of what a member muted."""

    rows: list[FeedMute]
    total: int


def asked_mute(user: User, given: dict[str, Any]) -> Muted:
    """What a request names, by exactly one of ``FIELDS``.

    Raises Invalid naming the field, FeedClosed for a feed that the member doesn't read anyway.
    """
    named = [name for name in FIELDS if given.get(name) is not None]
    if len(named) != 1:
        raise Invalid.field("member_id", f"Give exactly one of {', '.join(FIELDS)}.")
    [field] = named
    try:
        if field == "member_id":
            return Muted(member=visible_member(user, given[field]))
        if field == "course_id":
            return Muted(course=feed_of_course(user, given[field]).course)
        return Muted(creator=feed_of_creator(user, creator_by_id(user, given[field])).creator)
    except Missing:
        raise Invalid.field(field, "There is nothing with this id.") from None


def of_post(post: Post, what: str) -> Muted:
    """Who wrote a post, or with ``what`` "feed" the course or creator in whose feed it stands.

    Raises Missing for the main feed, which nobody can mute.
    """
    if what != "feed":
        return Muted(member=post.author)
    feed = feed_of(post)
    if feed.course is None and feed.creator is None:
        raise Missing
    return Muted(course=feed.course, creator=feed.creator)


def own_mute(user: User, mute_id: Any) -> FeedMute:
    """A mute of the member's own; raises Missing."""
    row = _mutes(user).filter(pk=identifier(mute_id)).first()
    if row is None:
        raise Missing
    return row


def mutes_of(user: User, page: Page) -> Mutes:
    """What the member muted, the last first. Two statements."""
    rows = _mutes(user)
    found = rows.order_by("-created_at", "-pk")[page.start : page.stop]
    return Mutes(list(found), count_up_to(rows))


def hidden_by(user: User) -> list[Post]:
    """Posts that the member hid and that still stand, the last hidden first, at most 50."""
    rows = HiddenPost.objects.filter(user=user, post__status=Post.Status.VISIBLE)
    joined = rows.select_related("post__author", "post__course", "post__creator")
    return [row.post for row in joined.order_by("-created_at", "-pk")[:SHOWN_HIDDEN]]


def what_of(row: FeedMute) -> Muted:
    """What a mute is of."""
    return Muted(row.member, row.course, row.creator)


def _mutes(user: User) -> QuerySet[FeedMute]:
    return FeedMute.objects.filter(user=user).select_related("member", "course", "creator")
