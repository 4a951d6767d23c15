"""Tokens for the feed provider: which feeds they may be used for is decided here (rule FEED-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from catalog.models import Course
from community.feeds.access import open_courses, open_creators
from community.feeds.providers import feed_provider
from community.feeds.providers.base import (
    COURSE,
    INSTRUCTOR,
    MAIN_FEED,
    NOTIFICATION,
    TIMELINE,
    FeedName,
)
from peerloop.kit.ids import uuid_of

# The main feed, and the posts of every member.
OPEN_TO_ALL = (str(MAIN_FEED), "user:*")
MOST_FEEDS = 200


@dataclass(frozen=True, slots=True)
class FeedToken:
    """A token with what its holder is allowed: the token itself names no feeds (ADR 25)."""

    token: str
    user_id: UUID
    api_key: str
    allowed_feeds: list[str]


def token_for(user: User, requested: Iterable[str] | None) -> FeedToken:
    """A token for a day. Without ``requested`` it lists every feed that is open to the member."""
    provider = feed_provider()
    return FeedToken(
        provider.generate_token(str(user.pk)),
        user.pk,
        provider.api_key,
        allowed_feeds(user, requested),
    )


def allowed_feeds(user: User, requested: Iterable[str] | None = None) -> list[str]:
    """Which feeds the member may read now: those asked for that are open, then what all may read.

    A feed that is closed, unknown or somebody else's is left out (rule FEED-1). Names are
    "course:<id>", "course_<id>" or the bare id (contradiction X19). Two statements.
    """
    asked = None if requested is None else [_named(word) for word in requested]
    courses, creators = _open(user, asked)
    if asked is None:
        found = [str(FeedName(COURSE, str(key))) for key in courses]
        found += [str(FeedName(INSTRUCTOR, str(key))) for key in creators]
        return [*found, *OPEN_TO_ALL]
    own = {str(FeedName(group, str(user.pk))) for group in (TIMELINE, NOTIFICATION)}
    open_now = own | {f"{COURSE}:{key}" for key in courses}
    open_now |= {f"{INSTRUCTOR}:{key}" for key in creators}
    granted = [name for names in asked for name in names if name in open_now]
    return list(dict.fromkeys([*granted, *OPEN_TO_ALL]))


def _open(user: User, asked: list[list[str]] | None) -> tuple[list[UUID], list[UUID]]:
    """Courses and creators whose feeds are open, of those asked for or of all."""
    courses, creators = open_courses(user), open_creators(user)
    if asked is not None:
        if user.keeps_order:
            courses = Course.objects.all()
            creators = User.objects.active().filter(is_creator=True)
        courses = courses.filter(pk__in=_keys(asked, COURSE))
        creators = creators.filter(pk__in=_keys(asked, INSTRUCTOR))
    return (
        list(courses.order_by("pk").values_list("pk", flat=True)[:MOST_FEEDS]),
        list(creators.order_by("pk").values_list("pk", flat=True)[:MOST_FEEDS]),
    )


def _named(word: str) -> list[str]:
    """The feeds that a word may mean, written as we write them; none for a word of another form."""
    for sign in (":", "_"):
        group, found, key = word.partition(sign)
        if found:
            uuid = uuid_of(key)
            return [f"{group}:{uuid}"] if uuid is not None else []
    uuid = uuid_of(word)
    return [] if uuid is None else [f"{COURSE}:{uuid}", f"{INSTRUCTOR}:{uuid}"]


def _keys(asked: list[list[str]], group: str) -> list[str]:
    names = (name.partition(":") for names in asked for name in names)
    return [key for found, _, key in names if found == group]
