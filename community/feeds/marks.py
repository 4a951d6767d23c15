"""Which posts stand in a list: what reposts show, and what is pinned."""

from collections.abc import Sequence
from uuid import UUID

from accounts.models import Block, User
from community.feeds.access import Feed
from community.feeds.rows import PostRow, shown_again
from community.models import FeedPin, Post


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
    pins = FeedPin.objects.of(feed).filter(post__status=Post.Status.VISIBLE)
    shut_out = Block.objects.filter(blocked=viewer).values("blocker")
    rows = pins.exclude(post__author__in=shut_out).order_by("-created_at", "-pk")
    return list(rows.values_list("post_id", flat=True))
