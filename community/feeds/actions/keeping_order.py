"""Hide, remove and restore posts, as moderators decide (rules MOD-2, MOD-3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from community.feeds.publishing.outlet import publish_soon
from community.feeds.timeline import spread
from community.models import Post
from peerloop.kit.rows import locked

# Reposts of a restored post that reach own feeds at once: one statement or two for each.
MOST_SPREAD = 50


@transaction.atomic
def hide_reported_post(*, id: UUID, at: datetime) -> None:
    """Show nobody what a visible post says, until somebody looked. Safe to repeat."""
    post = _locked(id)
    if post.is_visible:
        _change(post, Post.Status.HIDDEN)


@transaction.atomic
def remove_reported_post(*, id: UUID, at: datetime) -> None:
    """Take a post out; its place stays where somebody answered. Safe to repeat."""
    post = _locked(id)
    if post.status in (Post.Status.VISIBLE, Post.Status.HIDDEN):
        _change(post, Post.Status.REMOVED)


@transaction.atomic
def restore_reported_post(*, id: UUID, at: datetime) -> None:
    """Show a hidden or removed post again, and its reposts. Safe to repeat.

    Who came meanwhile sees it at once, and its newest reposts.
    """
    post = _locked(id)
    if post.status in (Post.Status.HIDDEN, Post.Status.REMOVED):
        _change(post, Post.Status.VISIBLE)
        again = Post.objects.visible().filter(repost_of=post).order_by("-created_at", "-pk")
        for row in [post, *again[:MOST_SPREAD]]:
            if not (row.depth or row.is_pulled):
                spread(row)


def _locked(post_id: UUID) -> Post:
    return locked(Post.objects.all()).get(pk=post_id)


def _change(post: Post, status: str) -> None:
    """Change the status; the posts above count the visible replies."""
    before = post.is_visible
    post.transition_to(status)
    post.save(update_fields=["status"])
    change = post.is_visible - before
    if change and post.parent_id:
        above = Post.objects.filter(pk__in={post.parent_id, post.root_id})
        above.update(reply_count=F("reply_count") + change)
    publish_soon()
