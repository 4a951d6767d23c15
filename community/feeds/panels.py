"""What stands beside a feed: what the reader keeps in sight, and who wrote last (rule FEED-10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from accounts.members.access import without_blockers
from accounts.models import Block, User
from community.feeds.access import Feed, given_feed, not_shut_out, without_blockers_posts
from community.feeds.queries import NEWEST, readable
from community.feeds.rows import Author, values_of
from community.models import CompanionPin, Post
from community.text import beginning
from peerloop.kit.statements import Given, Read, number_of

MOST_POSTERS = 10
DAY = timedelta(hours=24)
# Of so many posts at the top of a feed the authors are found, and of an author's newest the one
# that the reader may read.
LOOKED_AT, LOOKED_AT_OF_AUTHOR = 300, 20


@dataclass(frozen=True, slots=True)
class Companion:
    """A pin of a member: its post, and the newest reply to it only.

    ``post`` is None where it is gone or closed to the member, or the author has written nothing.
    """

    pin: CompanionPin
    post: Post | None
    reply: Post | None

    @property
    def author(self) -> User | None:
        """The author, where not a post but an author is kept."""
        return self.pin.author

    @property
    def words(self) -> str:
        """How the post begins."""
        return beginning(self.post.visible_text) if self.post is not None else ""

    @property
    def reply_words(self) -> str:
        """How the reply begins."""
        return beginning(self.reply.visible_text) if self.reply is not None else ""


@dataclass(frozen=True, slots=True)
class Poster:
    """One of the last authors of a feed, with how many posts they wrote there in 24 hours."""

    user: Author
    last_at: datetime
    count: int


def companions_of(user: User) -> list[Companion]:
    """What the member keeps in sight, the newest pin first. At most four statements."""
    pins = list(
        CompanionPin.objects.filter(user=user)
        .select_related("author")
        .order_by("-created_at", "-pk")
    )
    if not pins:
        return []
    newest = _newest_of(user, [pin.author_id for pin in pins if pin.author_id])
    ids = {pin.post_id for pin in pins if pin.post_id} | {one for few in newest for one in few}
    rows = readable(user).filter(pk__in=ids).select_related("author", "course", "creator")
    last = without_blockers_posts(Post.objects.visible().filter(root=OuterRef("pk")), user)
    last_reply = Subquery(last.order_by("-created_at", "-pk").values("pk")[:1])
    posts: dict[UUID | None, Any] = {row.pk: row for row in rows.annotate(last_reply=last_reply)}
    for few in newest:
        for one in [one for one in few if one in posts][:1]:
            posts[posts[one].author_id] = posts[one]
    chosen = [posts.get(pin.post_id or pin.author_id) for pin in pins]
    replies = _replies([post.last_reply for post in chosen if post is not None])
    return [
        Companion(pin, post, replies.get(post.last_reply) if post is not None else None)
        for pin, post in zip(pins, chosen, strict=True)
    ]


def recent_posters(feed: Feed, viewer: User, *, at: datetime) -> list[Poster]:
    """The last ten authors of a feed, the newest first. One statement."""
    return _last_authors(feed.group).all(**feed.given, **values_of(viewer), since=at - DAY)


@cache
def _last_authors(group: str) -> Read[Poster]:
    def rows() -> QuerySet[Post, Any]:
        feed = given_feed(group)
        newest = feed.posts.filter(not_shut_out(Given("blocked")), repost_of=None)
        shut_out = Block.objects.filter(blocker=OuterRef("author"), blocked=Given("blocked"))
        within = newest.order_by(*NEWEST).values("pk")[:LOOKED_AT]
        found = Post.objects.filter(~Exists(shut_out), pk__in=within)
        who = ("author_id", "author__name", "author__handle", "author__avatar_url")
        last = found.values(*who).annotate(last_at=Max("created_at"))
        # Counted for the ten that are left.
        own = feed.posts.filter(repost_of=None, created_at__gt=Given("since"))
        counted = number_of(own.filter(author=OuterRef("author_id")))
        ordered = last.order_by("-last_at", "author_id")
        return ordered.values_list(*who, "last_at", counted)[:MOST_POSTERS]

    return Read(lambda *values: Poster(Author(*values[:4]), *values[4:]), rows)


def _newest_of(user: User, authors: list[UUID]) -> list[list[UUID]]:
    """For each author the ids of their newest posts, the newest first."""
    if not authors:
        return []
    posts = Post.objects.tops().filter(author=OuterRef("pk"), repost_of=None).order_by(*NEWEST)
    rows = without_blockers(User.objects.active(), user).filter(pk__in=authors)
    ids: QuerySet[Any, list[UUID]] = rows.annotate(
        ids=ArraySubquery(posts.values("pk")[:LOOKED_AT_OF_AUTHOR])
    ).values_list("ids", flat=True)
    return list(ids)


def _replies(ids: list[UUID]) -> dict[UUID | None, Post]:
    rows = Post.objects.filter(pk__in=[one for one in ids if one is not None])
    return {row.pk: row for row in rows.select_related("author")}
