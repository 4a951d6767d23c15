"""Whether a feed or thread has something that its open page does not show."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.notifications.live_count import issue_topics
from accounts.requests import MemberRequest
from community.feeds.access import (
    creator_by_handle,
    feed_of_course,
    feed_of_creator,
    post_in_reach,
    without_blockers_posts,
)
from community.feeds.live import MAIN_TOPIC, MOST_NEWS, news_line, topic_of, topic_of_thread
from community.feeds.personal import newest_posts
from community.models import Post
from peerloop.kit import clock
from peerloop.kit.parsing import whole_number
from peerloop.kit.text import one_line

# Among a few of the newest is one of somebody else's, or the reader has just seen the feed.
NEWEST = 5
DAY = 24 * 60 * 60 * 1000


def watched(user: User, topics: Iterable[str], **asked: Any) -> dict[str, Any]:
    """What a page's context needs to hear of its topics, and to ask after it was offline.

    ``asked``: the ``course``, ``creator`` or ``post`` that it shows; none of them for the own feed.
    """
    names = list(topics)
    return {
        "live_topics": issue_topics(user, names),
        "news_events": ",".join(names),
        "news_query": urlencode({**asked, "since": int(clock.now().timestamp() * 1000)}),
    }


@require_safe
@login_required
def news(request: MemberRequest) -> HttpResponse:
    """The line above the feed if somebody else wrote something since then, else 204.

    Raises Missing or FeedClosed like the page. For HTMX; others are sent to their feed.
    """
    if not request.htmx:
        return redirect("feed")
    since = _since(request.GET.get("since", ""))
    topic, number = _news_since(request, since) if since is not None else ("", 0)
    return HttpResponse(news_line(topic, number)) if number else HttpResponse(status=204)


def _news_since(request: MemberRequest, since: datetime) -> tuple[str, int]:
    """The topic, and how much it has new: counted to one more than is shown."""
    user: User = request.user
    course, creator, post = (
        one_line(request.GET.get(name, "")) for name in ("course", "creator", "post")
    )
    if course or creator:
        named = creator_by_handle(user, creator) if creator else None
        feed = feed_of_creator(user, named) if named else feed_of_course(user, course)
        topic, rows = topic_of(feed), feed.posts
    elif post:
        root = post_in_reach(user, post)
        topic, rows = topic_of_thread(root.pk), Post.objects.visible().filter(root=root)
    else:
        return MAIN_TOPIC, _own_feed_news(user, since)
    rows = without_blockers_posts(rows, user).exclude(author=user)
    return topic, rows.filter(created_at__gt=since)[: MOST_NEWS + 1].count()


def _own_feed_news(user: User, since: datetime) -> int:
    # Each page asks once it is open: mostly a few show that there is nothing.
    for limit in (NEWEST, MOST_NEWS + 1):
        newest = newest_posts(user, limit=limit, at=clock.now()).rows
        new = [one for one in newest if one.row.created_at > since]
        if len(new) < limit:
            break
    return sum(not one.is_own for one in new)


def _since(text: str) -> datetime | None:
    """The instant of ``since``, in milliseconds; a page that is older than a day asks for a day."""
    given, now = whole_number(text), clock.now()
    if given is None:
        return None
    latest = int(now.timestamp() * 1000)
    return datetime.fromtimestamp(min(max(given, latest - DAY), latest) / 1000, UTC)
