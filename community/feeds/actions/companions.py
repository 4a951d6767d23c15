"""Keep a post or an author in sight beside one's feed (rule FEED-10)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from community.feeds.access import FeedClosed, feed_of, reads
from community.models import CompanionPin, Post
from community.models.post_marks import MOST_COMPANIONS
from peerloop.kit.refusals import Conflict
from peerloop.kit.rows import locked


class CompanionsFull(Conflict):
    """A member keeps at most twenty in sight (rule FEED-10)."""

    code = "companions_full"
    message = "You keep 20 in sight already. Remove one of them first."


class NotKept(Conflict):
    """What is kept in sight is a post or somebody else."""

    code = "not_kept"
    message = "Only posts and other people can be kept in sight."


def keep_post(*, post: Post, by: User, at: datetime) -> CompanionPin:
    """Keep a post, with its newest reply, beside the own feed. Safe to repeat.

    Raises CompanionsFull at twenty, NotKept for replies, FeedClosed.
    """
    if post.depth:
        raise NotKept
    # Beside it stands its newest answer, which a promoted post does not show to all.
    if not reads(by, feed_of(post)):
        raise FeedClosed
    return _keep(by, at, post=post)


def keep_author(*, author: User, by: User, at: datetime) -> CompanionPin:
    """Keep the newest post of an author, with its newest reply, there. Safe to repeat.

    Raises CompanionsFull at twenty, NotKept for oneself.
    """
    if author.pk == by.pk:
        raise NotKept
    return _keep(by, at, author=author)


@transaction.atomic
def let_go(*, pin_id: UUID, by: User) -> bool:
    """Remove an own pin; False where there is none. Safe to repeat."""
    removed, _ = CompanionPin.objects.filter(pk=pin_id, user=by).delete()
    return bool(removed)


@transaction.atomic
def let_post_go(*, post: Post, by: User) -> None:
    """Remove the own pin of a post. Safe to repeat."""
    CompanionPin.objects.filter(user=by, post=post).delete()


@transaction.atomic
def let_author_go(*, author: User, by: User) -> None:
    """Remove the own pin of an author. Safe to repeat."""
    CompanionPin.objects.filter(user=by, author=author).delete()


@transaction.atomic
def _keep(by: User, at: datetime, **what: Any) -> CompanionPin:
    # One after the other, so that the twenty-first is told that it is full.
    locked(User.objects.all()).get(pk=by.pk)
    pins = CompanionPin.objects.filter(user=by)
    kept = pins.filter(**what).first()
    if kept is not None:
        return kept
    free = set(range(1, MOST_COMPANIONS + 1)) - set(pins.values_list("place", flat=True))
    if not free:
        raise CompanionsFull
    return CompanionPin.objects.create(
        user=by, place=min(free), created_at=at, updated_at=at, **what
    )
