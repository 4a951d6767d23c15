"""Bring a post of a course into the main feed for some days, and end that (rule FEED-11)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.notifications.live_count import publish_to_topic
from accounts.notifications.notify import notify
from community.feeds.access import feed_of, require_may_answer
from community.feeds.live import MAIN_TOPIC
from community.feeds.notifications import PROMOTION_ENDED
from community.feeds.publishing.outlet import publish_soon
from community.models import FeedGroup, Post, PromotedPost
from community.models.promotion import MOST_AT_ONCE, PRICES, span_of
from community.text import beginning
from peerloop.kit.personal_data import ClosedAccount
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from peerloop.kit.rows import locked

BATCH = 500
WRONG_PRICE = f"Give {PRICES[0]} to {PRICES[-1]} points, in steps of {PRICES[0]}."


class NotPromoted(Conflict):
    """Only posts of a course's feed can be brought into the main feed (rule FEED-11)."""

    code = "not_promotable"
    message = "Only posts in the feed of a course can be promoted."


class AlreadyPromoted(Conflict):
    """A post has one promotion at a time (rule FEED-11)."""

    code = "already_promoted"
    message = "This post is in the main feed already."


class PromotionsFull(Conflict):
    """A member has at most three promoted posts at a time (rule FEED-11)."""

    code = "promotions_full"
    message = f"{MOST_AT_ONCE} of your posts are in the main feed. Wait until one of them ends."


@transaction.atomic
def promote_post(*, post: Post, points: int, by: User, at: datetime) -> PromotedPost:
    """Let a post of one's own stand in the main feed too, a day for each 50 points.

    Takes no points: whoever calls this does, in the same transaction. Locks the author and the
    post. Raises Invalid naming ``points_to_spend``, Forbidden for posts of others, NotPromoted,
    AlreadyPromoted, PromotionsFull, Unverified, PostingBanned, FeedClosed, and Conflict once the
    post is gone.
    """
    require_promotable(post, by=by, at=at)
    if points not in PRICES:
        raise Invalid.field("points_to_spend", WRONG_PRICE)
    # One after the other, so that the fourth is told why.
    locked(User.objects.all()).get(pk=by.pk)
    # It may be removed in the same moment.
    if not locked(Post.objects.visible()).filter(pk=post.pk).exists():
        raise Conflict("This post is gone.", code="post_gone")
    own = PromotedPost.objects.in_the_way(at).filter(author=by)
    taken = dict(own.values_list("post_id", "place"))
    if post.pk in taken:
        raise AlreadyPromoted
    free = set(range(1, MOST_AT_ONCE + 1)) - set(taken.values())
    if not free:
        raise PromotionsFull
    row = PromotedPost.objects.create(
        post=post,
        author=by,
        points_spent=points,
        place=min(free),
        starts_at=at,
        expires_at=at + span_of(points),
        created_at=at,
        updated_at=at,
    )
    publish_to_topic(MAIN_TOPIC, by=by.pk)
    publish_soon()
    return row


def require_promotable(post: Post, *, by: User, at: datetime) -> None:
    """Raises what keeps the member from promoting the post, whatever it costs."""
    if post.author_id != by.pk:
        raise Forbidden("Only who wrote it can do this.")
    if post.feed_group == FeedGroup.USER and not post.depth:
        raise NotPromoted("This post stands in the main feed, where everybody reads it.")
    if post.feed_group != FeedGroup.COURSE or post.depth or post.repost_of_id:
        raise NotPromoted
    require_may_answer(by, feed_of(post), at=at)


def end_promotions(*, at: datetime) -> int:
    """Write down which promotions are over, and tell their authors; how many. Safe to repeat.

    Readers see none of them since their last instant, whenever this runs.
    """
    ended = 0
    for key in list(PromotedPost.objects.over(at).values_list("pk", flat=True)[:BATCH]):
        ended += _end(key, at)
    if ended:
        publish_soon()
    return ended


@transaction.atomic
def _end(key: UUID, at: datetime) -> bool:
    rows = locked(PromotedPost.objects.over(at)).select_related("post", "author")
    row = rows.filter(pk=key).first()
    if row is None:
        return False
    row.transition_to(PromotedPost.Status.ENDED)
    row.save(update_fields=["status"])
    notify(
        PROMOTION_ENDED,
        people=[row.author],
        key=row.pk,
        to=[row.post_id],
        text=beginning(row.post.visible_text),
        at=at,
    )
    return True


@transaction.atomic
def lose_promotions_of(account: ClosedAccount, at: datetime) -> None:
    """End what a member promoted whose data is erased. Safe to repeat."""
    rows = PromotedPost.objects.filter(author_id=account.user_id, status=PromotedPost.Status.LIVE)
    rows.update(status=PromotedPost.Status.LOST, updated_at=at)
