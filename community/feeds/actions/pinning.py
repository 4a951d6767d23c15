"""Pin posts on top of a feed, and take pins down (rule FEED-10)."""

from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from catalog.models import Course
from community.feeds.access import Feed, NotForRole, feed_of
from community.models import FeedPin, Post
from community.models.post_marks import MOST_FEED_PINS
from community.moderators.access import leads_feed
from peerloop.kit.refusals import Conflict
from peerloop.kit.rows import locked


class NotPinned(Conflict):
    """What stands on top of a feed is a post (rule FEED-10)."""

    code = "not_pinned"
    message = "Only posts can be pinned, not answers."


class FeedPinsFull(Conflict):
    """A feed has room for three pins (rule FEED-10)."""

    code = "pins_full"
    message = "Three posts are pinned here already. Unpin one of them first."


@transaction.atomic
def pin_post(*, post: Post, by: User, at: datetime) -> None:
    """Pin a post on top of its feed, at most three a feed. Safe to repeat.

    In the main feed platform moderators and admins do so, who keep order there.

    Raises NotForRole for who doesn't lead the feed, NotPinned, FeedPinsFull, and Conflict once the
    post is gone.
    """
    feed = feed_of(post)
    require_may_pin(by, feed)
    if post.depth:
        raise NotPinned
    _lock(feed)
    pins = dict(FeedPin.objects.of(feed).values_list("post_id", "place"))
    if post.pk in pins:
        return
    free = set(range(1, MOST_FEED_PINS + 1)) - set(pins.values())
    if not free:
        raise FeedPinsFull
    # It may be removed in the same moment.
    if not locked(Post.objects.visible()).filter(pk=post.pk).exists():
        raise Conflict("This post is gone.", code="post_gone")
    FeedPin.objects.create(
        feed_group=feed.group,
        course=feed.course,
        creator=feed.creator,
        post=post,
        pinned_by=by,
        place=min(free),
        created_at=at,
        updated_at=at,
    )


@transaction.atomic
def unpin_post(*, post: Post, by: User) -> None:
    """Take a pin down. Safe to repeat. Raises NotForRole for who doesn't lead the feed."""
    require_may_pin(by, feed_of(post))
    FeedPin.objects.filter(post=post).delete()


def require_may_pin(by: User, feed: Feed) -> None:
    """Raises NotForRole for who neither created the feed's course nor keeps order there."""
    if not leads_feed(by, feed):
        raise NotForRole("Posts are pinned by who leads the feed.")


def _lock(feed: Feed) -> None:
    """Let one pin after the other be set in a feed, so that the fourth is told that it is full."""
    if feed.course is not None:
        locked(Course.objects.all()).get(pk=feed.course.pk)
    elif feed.creator is not None:
        locked(User.objects.all()).get(pk=feed.creator.pk)
    else:
        # The main feed has no row of its own.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('feed_pins:main', 0))")
