"""Spend points to bring a post of one's own into the main feed (rule FEED-11)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from community.feeds.actions import promote_post
from community.models import Post, PromotedPost
from goodwill.models import Reason
from goodwill.points.actions.moving import spend


@transaction.atomic
def promote(*, post: Post, points: int, by: User, at: datetime) -> PromotedPost:
    """Let the post stand in the main feed for a day for each 50 points, and take the points.

    Both or neither. Asked twice at once it is paid for once: a post has one promotion at a time.
    Raises what ``promote_post`` does, and NotEnough.
    """
    row = promote_post(post=post, points=points, by=by, at=at)
    spend(
        by=by,
        points=points,
        reason=Reason.PROMOTION,
        cause=cause_of(row),
        course=post.course,
        post=post,
        at=at,
    )
    return row


def cause_of(row: PromotedPost) -> str:
    """By what the ledger names a promotion."""
    return f"promotion:{row.pk}"
