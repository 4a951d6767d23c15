"""Compare what should be sent with what was, and repair it (rules FEED-4, FEED-12).

In batches, each by itself: the outlet's row holds how far the round has come, so a round that is
broken off goes on there, and one of a million posts takes many small steps.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from community.feeds.activities import key_of
from community.feeds.providers import feed_provider
from community.feeds.providers.base import (
    COURSE,
    INSTRUCTOR,
    MAIN_FEED,
    MOST_ACTIVITIES,
    FeedName,
    FeedOptions,
)
from community.feeds.publishing.follows import settle_follows
from community.feeds.publishing.outlet import is_resting, outlet_in_use, rest
from community.models import (
    FeedDelivery,
    FeedFollow,
    FeedGroup,
    FeedOutlet,
    OutgoingStatus,
    Post,
    PostStatus,
    PromotedPost,
)
from peerloop.kit.providers import Rejected, Unavailable

logger = logging.getLogger(__name__)

# Looked at in one step.
POSTS, MEMBERS = 5_000, 200
# Below every key.
FIRST = UUID(int=0)
# With so much waiting, a comparison would only add to it.
MOST_WAITING = 10_000
BETWEEN_ROUNDS = timedelta(hours=12)
# What was refused is tried again after a day: an operator may have set up what was missing.
REFUSED_FOR = timedelta(days=1)
# Younger changes may be on their way.
SETTLED_AFTER = timedelta(minutes=5)
LATELY = timedelta(days=2)
MOST_FEEDS = 20


def compare_step(*, at: datetime) -> int:
    """Look at the next posts or members; how many rows are to be sent anew. Safe to repeat."""
    outlet = outlet_in_use()
    if outlet is None or _is_busy():
        return 0
    if outlet.seen_all_at is not None and outlet.seen_all_at > at - BETWEEN_ROUNDS:
        return 0
    look = _compare_members if outlet.compares_members else _compare_posts
    found, outlet.seen_to = look(outlet.seen_to or FIRST, at)
    if outlet.seen_to is None:
        outlet.seen_all_at = at if outlet.compares_members else None
        outlet.compares_members = not outlet.compares_members
    outlet.save(update_fields=["compares_members", "seen_to", "seen_all_at"])
    return found


def compare_all(*, at: datetime) -> int:
    """A whole round from its beginning; how many rows are to be sent anew. For operators.

    Breaks off while very much waits to be sent; the sweep goes on with it.
    """
    outlet = outlet_in_use()
    if outlet is None:
        return 0
    rows = FeedOutlet.objects.filter(pk=outlet.pk)
    rows.update(compares_members=False, seen_to=None, seen_all_at=None)
    found = _refused_again(at, older_than=at)
    while rows.filter(seen_all_at=None).exists() and not _is_busy():
        found += compare_step(at=at)
    return found


def compare_feeds(*, at: datetime) -> int:
    """Ask the provider what the feeds hold that were written into lately, the main feed first.

    What is missing there is sent again, what should not stand there is removed; how many. It finds
    what no row of ours knows: calls that were confirmed and lost, or came late.
    """
    outlet = outlet_in_use()
    if outlet is None or is_resting(outlet, at):
        return 0
    found = _refused_again(at, older_than=at - REFUSED_FOR)
    for name, feed in _written_lately(at):
        try:
            found += _compare_feed(name, feed, at)
        except Unavailable as error:
            rest(outlet, error, at)
            break
        except Rejected as error:
            logger.warning("%s can't be compared: %s", name, error)
    return found


def _compare_posts(start: UUID, at: datetime) -> tuple[int, UUID | None]:
    seen = list(
        Post.objects.filter(pk__gt=start)
        .order_by("pk")
        .values_list(
            *("pk", "depth", "status", "author__deleted_at", "edited_at"),
            *("delivery__status", "delivery__is_held", "delivery__updated_at"),
        )[:POSTS]
    )
    new, again = [], []
    for pk, depth, status, left_at, edited_at, sent, is_held, sent_at in seen:
        wanted = depth == 0 and status == PostStatus.VISIBLE and left_at is None
        if sent is None:
            if wanted:
                new.append(FeedDelivery(post_id=pk, next_try_at=at, created_at=at, updated_at=at))
        elif sent == OutgoingStatus.SENT:
            is_old = wanted and edited_at is not None and edited_at > sent_at
            if is_old or is_held != wanted:
                again.append(pk)
    FeedDelivery.objects.bulk_create(new, ignore_conflicts=True)
    FeedDelivery.objects.filter(pk__in=again).look_again(at)
    return len(new) + len(again), seen[-1][0] if len(seen) == POSTS else None


def _compare_members(start: UUID, at: datetime) -> tuple[int, UUID | None]:
    keys = User.objects.filter(pk__gt=start).order_by("pk").values_list("pk", flat=True)
    people = list(keys[:MEMBERS])
    found = sum(settle_follows(user_id=user_id, at=at) for user_id in people)
    return found, people[-1] if len(people) == MEMBERS else None


def _written_lately(at: datetime) -> Iterator[tuple[FeedName, QuerySet[Post]]]:
    """The main feed, then those of courses and creators with the newest posts."""
    lately = Post.objects.filter(depth=0, created_at__gte=at - LATELY)
    yield MAIN_FEED, Post.objects.filter(feed_group=FeedGroup.USER, depth=0)
    for group, owner in ((COURSE, "course"), (INSTRUCTOR, "creator")):
        keys = lately.filter(**{f"{owner}__isnull": False}).order_by()
        for key in keys.values_list(owner, flat=True).distinct()[:MOST_FEEDS]:
            yield FeedName(group, str(key)), Post.objects.filter(**{owner: key}, depth=0)


def _compare_feed(name: FeedName, posts: QuerySet[Post], at: datetime) -> int:
    there = feed_provider().get_activities(*name, FeedOptions(limit=MOST_ACTIVITIES))
    named = {one.foreign_id: key_of(one.foreign_id) for one in there}
    keys = {key for key in named.values() if key is not None}
    settled = FeedDelivery.objects.filter(
        status=OutgoingStatus.SENT, updated_at__lt=at - SETTLED_AFTER
    )
    held = settled.filter(post__in=posts, is_held=True)
    if len(there) >= MOST_ACTIVITIES:
        # Older posts are on the feed's next page.
        held = held.filter(post__created_at__gt=min(one.time for one in there))
    newest = held.order_by("-post__created_at").values_list("pk", flat=True)[:MOST_ACTIVITIES]
    # A promoted post stands in the main feed beside its own (rule FEED-11).
    shown = PromotedPost.objects.shown(at) if name == MAIN_FEED else PromotedPost.objects.none()
    promoted = set(shown.values_list("post_id", flat=True))
    missing = [key for key in {*newest, *promoted} if key not in keys]
    too_much = settled.filter(pk__in=keys - _wanted(keys))
    too_much.update(is_held=True)
    found = settled.filter(pk__in=missing).look_again(at) + too_much.look_again(at)
    known = set(posts.filter(pk__in=keys).values_list("pk", flat=True)) | promoted
    for foreign_id, key in named.items():
        if key is not None and key not in known:
            # Of a database that was set back since, or a promotion that is over.
            feed_provider().remove_activity(*name, foreign_id)
            found += 1
    return found


def _wanted(keys: set[UUID]) -> set[UUID]:
    rows = Post.objects.tops().filter(pk__in=keys, author__deleted_at=None)
    return set(rows.values_list("pk", flat=True))


def _refused_again(at: datetime, *, older_than: datetime) -> int:
    refused = {"status": OutgoingStatus.FAILED, "updated_at__lt": older_than}
    return sum(
        model.objects.filter(**refused).look_again(at) for model in (FeedDelivery, FeedFollow)
    )


def _is_busy() -> bool:
    return any(
        model.objects.filter(status=OutgoingStatus.WAITING)[:MOST_WAITING].count() >= MOST_WAITING
        for model in (FeedDelivery, FeedFollow)
    )
