"""The same text again by the same author: in one feed, one thread, or in many."""

from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.models import User
from community.feeds.access import Feed
from community.models import Post
from community.text import REPEATS_WITHIN, Repeated, said_by

# The newest of a day; who writes more is stopped by other limits.
MOST_COMPARED = 50


def require_new_words(
    text: str,
    *,
    by: User,
    feed: Feed,
    at: datetime,
    root_id: Any = None,
    changed: Post | None = None,
) -> None:
    """Raises Repeated, naming ``content``, where the author wrote the same within a day.

    Once in a feed or thread (``root_id``), and a few times in all. ``changed`` is the post that is
    being edited. Thanks and greetings are short enough to be repeated. What was removed counts:
    it is not written again. The caller holds a lock on the author's row.
    """
    said = said_by(text)
    if not said or by.keeps_order:
        return
    recent = Post.objects.filter(author=by, created_at__gt=at - REPEATS_WITHIN)
    recent = recent.exclude(status=Post.Status.DELETED).order_by("-created_at", "-pk")
    if changed is not None:
        recent = recent.exclude(pk=changed.pk)
    found = recent.only("content", "feed_group", "course", "creator", "root")[:MOST_COMPARED]
    same = [row for row in found if said_by(row.content) == said]
    if any(_stands_in(row, feed, root_id) for row in same):
        raise _refusal(
            "You wrote the same text here within the last day. Change it, or add to the first one."
        )
    most = settings.SAME_TEXTS_A_DAY
    if len(same) >= most:
        raise _refusal(
            f"You wrote the same text in {most} places within the last day. Say it here in other "
            "words."
        )


def _stands_in(row: Post, feed: Feed, root_id: Any) -> bool:
    if root_id is not None or row.root_id is not None:
        return bool(row.root_id == root_id)
    place = (row.feed_group, row.course_id, row.creator_id)
    return place == (feed.group, feed.course and feed.course.pk, feed.creator and feed.creator.pk)


def _refusal(message: str) -> Repeated:
    return Repeated(message, fields={"content": [message]})
