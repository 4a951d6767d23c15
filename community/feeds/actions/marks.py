"""Like and save posts. Each mark is made once, however often it is asked for (rule FEED-9)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.identity.access import require_verified
from accounts.models import User
from accounts.notifications.notify import notify
from accounts.sanctions.access import require_may_post
from community.feeds.notifications import LIKED
from community.feeds.readers import among_readers
from community.models import Post, PostBookmark, PostLike
from community.text import beginning


@transaction.atomic
def like_post(*, post: Post, by: User, at: datetime) -> None:
    """Like a post; its author is notified, likes of an hour as one. Safe to repeat.

    Raises Unverified, PostingBanned.
    """
    require_verified(by)
    require_may_post(by, at=at)
    if not _add(PostLike, post, by, at):
        return
    Post.objects.filter(pk=post.pk).update(like_count=F("like_count") + 1)
    if post.author_id != by.pk:
        notify(
            LIKED,
            people=among_readers([post.author], post, by=by),
            key=f"{post.pk}:{by.pk}",
            to=[post.root_id or post.pk],
            bundle_key=f"likes:{post.pk.hex}",
            name=by.name,
            text=beginning(post.visible_text),
            count=1,
            at=at,
        )


@transaction.atomic
def unlike_post(*, post: Post, by: User) -> None:
    """Take a like back. Safe to repeat."""
    removed, _ = PostLike.objects.filter(post=post, user=by).delete()
    if removed:
        Post.objects.filter(pk=post.pk).update(like_count=F("like_count") - 1)


@transaction.atomic
def bookmark_post(*, post: Post, by: User, at: datetime) -> None:
    """Save a post for oneself. Safe to repeat."""
    _add(PostBookmark, post, by, at)


@transaction.atomic
def unbookmark_post(*, post: Post, by: User) -> None:
    """Remove a saved post. Safe to repeat."""
    PostBookmark.objects.filter(post=post, user=by).delete()


def _add(model: type[PostLike] | type[PostBookmark], post: Post, by: User, at: datetime) -> bool:
    """Whether it is new, also when two ask in the same moment."""
    _, is_new = model.objects.get_or_create(
        post=post, user=by, defaults={"created_at": at, "updated_at": at}
    )
    return is_new
