"""Which posts stand in a list: what reposts show, and what is pinned."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Block, User
from community.feeds.access import Feed, given_feed
from community.feeds.rows import PostRow, shown_again
from community.models import CompanionPin, FeedPin, Post
from peerloop.kit.statements import Given, Read


def unfolded(rows: Sequence[PostRow], viewer: User) -> list[tuple[PostRow, PostRow | None]]:
    """Each post, or in place of a repost what it shows, with the repost: each post once.

    Without what the viewer may not see, muted or hid. One statement, none without reposts.
    """
    shown = shown_again([row.repost_of_id for row in rows if row.repost_of_id], viewer)
    found: dict[UUID, tuple[PostRow, PostRow | None]] = {}
    for row in rows:
        if not row.repost_of_id:
            found.setdefault(row.pk, (row, None))
        elif row.repost_of_id in shown:
            found.setdefault(row.repost_of_id, (shown[row.repost_of_id], row))
    return list(found.values())


def pinned_ids(feed: Feed, viewer: User) -> list[UUID]:
    """What stands on top of a feed, the newest pin first. One statement."""
    return _pins_of(feed.group).all(**feed.given, user=viewer.pk)


def pins_of(feed: Feed, user: Any) -> QuerySet[FeedPin, Any]:
    """The same as a part of another query; ``user``: a member, or ``Given``."""
    pins = FeedPin.objects.of(feed).filter(post__status=Post.Status.VISIBLE)
    shut_out = Block.objects.filter(blocked=user).values("blocker")
    ordered = pins.exclude(post__author__in=shut_out).order_by("-created_at", "-pk")
    return ordered.values_list("post_id")


@cache
def _pins_of(group: str) -> Read[UUID]:
    return Read(_same, lambda: pins_of(given_feed(group), Given("user")))


class BesidePost(NamedTuple):
    """Whether a post is pinned to its feed, and whether the reader keeps its author in sight."""

    is_pinned: bool
    keeps_author: bool


def beside_post(post: Post, feed: Feed, viewer: User) -> BesidePost:
    """What the page of a post says beside it. One statement."""
    given = {"post": post.pk, "author": post.author_id, "user": viewer.pk}
    [found] = _beside(feed.group).all(**given, **feed.given)
    return found


@cache
def _beside(group: str) -> Read[BesidePost]:
    def rows() -> QuerySet[Post, Any]:
        pins = FeedPin.objects.of(given_feed(group)).filter(post=OuterRef("pk"))
        kept = CompanionPin.objects.filter(user=Given("user"), author=Given("author"))
        return Post.objects.filter(pk=Given("post")).values_list(Exists(pins), Exists(kept))

    return Read(BesidePost, rows)


def _same(post_id: UUID) -> UUID:
    return post_id
