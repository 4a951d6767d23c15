"""Show somebody's post again in a feed, and take that back (rule FEED-9)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.notifications.notify import notify
from community.feeds.access import Feed, feed_of, require_may_write, shows_to_all
from community.feeds.notifications import REPOSTED
from community.feeds.readers import among_readers
from community.feeds.timeline import spread
from community.models import Post, PostType
from community.text import beginning
from peerloop.kit.personal_data import ClosedAccount
from peerloop.kit.refusals import Conflict
from peerloop.kit.rows import locked


class NotReposted(Conflict):
    """This can't be reposted, or not there (rule FEED-9)."""

    code = "not_reposted"
    message = "This can't be reposted."


class Gated(NotReposted):
    """Somebody who reads the other feed may not read the post (rule FEED-9)."""

    code = "gated_post"
    message = "Only people of its own feed may read this post, so it stays there."


@transaction.atomic
def repost(*, post: Post, by: User, at: datetime, feed: Feed | None = None) -> None:
    """Show a post again, in its own ``feed`` or another whose readers may all see it.

    Once a member and post: repeating it changes nothing, also with another feed. Its author is
    notified, reposts of an hour as one. Raises NotReposted for replies and own posts, Gated,
    FeedClosed, NotForRole, Unverified, PostingBanned.
    """
    if post.depth or post.repost_of_id:
        raise NotReposted("Only posts can be reposted, not answers.")
    if post.author_id == by.pk:
        raise NotReposted("You can't repost your own post.")
    place = feed or feed_of(post)
    require_may_write(by, place, PostType.POST, at=at)
    if not shows_to_all(feed_of(post), place):
        raise Gated
    # It may be removed in the same moment, and another click may repost it.
    if not locked(Post.objects.visible()).filter(pk=post.pk).exists():
        raise Conflict("This post is gone.", code="post_gone")
    if Post.objects.live_reposts().filter(repost_of=post, author=by).exists():
        return
    shown = Post.objects.create(
        author=by,
        feed_group=place.group,
        course=place.course,
        creator=place.creator,
        content="",
        repost_of=post,
        created_at=at,
        updated_at=at,
    )
    spread(shown)
    Post.objects.filter(pk=post.pk).update(repost_count=F("repost_count") + 1)
    notify(
        REPOSTED,
        people=among_readers([post.author], post, by=by),
        key=f"{post.pk}:{by.pk}",
        to=[post.pk],
        bundle_key=f"reposts:{post.pk.hex}",
        name=by.name,
        text=beginning(post.visible_text),
        count=1,
        at=at,
    )


@transaction.atomic
def undo_repost(*, post: Post, by: User) -> None:
    """Take a repost back. Safe to repeat."""
    locked(Post.objects.all()).get(pk=post.pk)
    row = locked(Post.objects.live_reposts()).filter(repost_of=post, author=by).first()
    if row is None:
        return
    row.transition_to(Post.Status.DELETED)
    row.save(update_fields=["status"])
    Post.objects.filter(pk=post.pk).update(repost_count=F("repost_count") - 1)


@transaction.atomic
def undo_reposts_of(account: ClosedAccount, at: datetime) -> None:
    """Take back all reposts of a member whose data is erased. Safe to repeat."""
    rows = locked(Post.objects.live_reposts()).filter(author_id=account.user_id).order_by("pk")
    shown = [row.repost_of_id for row in rows if row.repost_of_id]
    rows.update(status=Post.Status.DELETED)
    Post.objects.filter(pk__in=shown).update(repost_count=F("repost_count") - 1)
