"""Tells open pages that a feed or thread has something new: a line above it, which leads to it.

The line is the same for all, so it is sent with the event: a post costs one message and no question
to the database, however many pages are open. No words of the post are in it. The topics of an open
page are its member's own, and each minute it is decided again which are open (``heard_by``): for
that long a page may hear that a feed has something new after the feed closed, and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Block, User
from community.feeds.access import Feed, open_courses, open_creators, post_in_reach
from community.feeds.queries import Communities
from peerloop.kit.refusals import Missing

MAIN_TOPIC, THREAD = "news-main", "news-thread-"
COURSE, CREATOR = "news-course-", "news-creator-"
# More is not counted: "50+". So does news.js.
MOST_NEWS = 50


@dataclass(frozen=True, slots=True)
class Heard:
    """What an open page hears of: the topics that are open, save from who shut the member out."""

    topics: frozenset[str] = frozenset()
    shut_out_by: frozenset[str] = frozenset()

    def hears(self, topic: str, author: str) -> bool:
        """Whether it hears that ``author``, an id in hexadecimal digits, wrote there."""
        return topic in self.topics and author not in self.shut_out_by


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


def news_line(topic: str, number: int, *, is_added: bool = False) -> SafeString:
    """The line above a feed or thread that has so much new. Its link loads the page anew.

    With ``is_added`` the page adds the number to what it showed before.
    """
    word = "answer" if topic.startswith(THREAD) else "post"
    shown = f"{MOST_NEWS}+" if number > MOST_NEWS else str(number)
    return format_html(
        '<a href="" data-{}="{}" data-word="{}">{} new {}{}</a>',
        "added" if is_added else "number",
        number,
        word,
        shown,
        word,
        "" if number == 1 else "s",
    )


def heard_by(user_id: UUID, topics: Iterable[str]) -> Heard:
    """Which of the topics are open to the member now (rules FEED-1, PRIV-7).

    One statement, and one more for courses, one for creators, and a few for a thread.
    """
    user = User.objects.active().filter(pk=user_id).first()
    if user is None:
        return Heard()
    asked = set(topics)
    heard = asked & {MAIN_TOPIC}
    heard |= {one for one in asked if one.startswith(THREAD) and _is_in_reach(user, one)}
    slugs = {one for one in asked if one.startswith(COURSE)}
    handles = {one for one in asked if one.startswith(CREATOR)}
    if user.keeps_order:
        return Heard(frozenset(heard | slugs | handles))
    if slugs:
        open_slugs = open_courses(user).values_list("slug", flat=True)
        heard |= slugs & {f"{COURSE}{slug}" for slug in open_slugs}
    blockers = set(Block.objects.filter(blocked=user).values_list("blocker_id", flat=True))
    if handles:
        creators = open_creators(user).exclude(pk__in=blockers)
        open_handles = creators.values_list("handle", flat=True)
        heard |= handles & {f"{CREATOR}{handle}" for handle in open_handles}
    return Heard(frozenset(heard), frozenset(one.hex for one in blockers))


def _is_in_reach(user: User, topic: str) -> bool:
    try:
        post_in_reach(user, UUID(topic.removeprefix(THREAD)))
    except Missing:
        return False
    return True
