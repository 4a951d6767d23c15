"""Tells open pages that a feed or thread has something new: a line above it, which leads to it.

The line is the same for all, so it is sent with the event: a post costs one message and no question
to the database, however many pages are open. No words of the post are in it.
"""

from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.feeds.access import Feed
from community.feeds.queries import Communities

MAIN_TOPIC, THREAD = "news-main", "news-thread-"
COURSE, CREATOR = "news-course-", "news-creator-"


def topic_of(feed: Feed) -> str:
    """The topic of a feed, which is also the name of its server-sent event."""
    if feed.course is not None:
        return f"{COURSE}{feed.course.slug}"
    if feed.creator is not None:
        return f"{CREATOR}{feed.creator.handle}"
    return MAIN_TOPIC


def topic_of_thread(root_id: UUID) -> str:
    """The topic of the answers below a post."""
    return f"{THREAD}{root_id.hex}"


def topics_of(communities: Communities) -> list[str]:
    """The topics of a member's own feed: the main feed, and those that are open to them."""
    courses = [f"{COURSE}{slug}" for _, slug in communities.courses]
    return [MAIN_TOPIC, *courses, *(f"{CREATOR}{handle}" for _, handle in communities.creators)]


def news_line(topic: str) -> SafeString:
    """The line above a feed or thread that has something new. Its link loads the page anew."""
    words = "New answers" if topic.startswith(THREAD) else "New posts"
    return format_html('<a href="">{}</a>', words)
