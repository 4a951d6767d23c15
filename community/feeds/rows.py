"""Posts as lists show them: values, read with what one reader did by one statement (ADR 22)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONArray

from accounts.members.access import shut_out_by
from accounts.models import User
from community.feeds.access import asked_as, not_shut_out, open_courses
from community.models import (
    CompanionPin,
    FeedMute,
    HelpfulReply,
    HiddenPost,
    Post,
    PostBookmark,
    PostLike,
    PostMention,
    PromotedPost,
)
from peerloop.kit import clock
from peerloop.kit.statements import Given, Read


class Author(NamedTuple):
    """Who wrote a post, or whose feed it stands in."""

    pk: UUID
    name: str
    handle: str
    avatar_url: str

    @property
    def id(self) -> UUID:
        """The name that answers give the key."""
        return self.pk


class CourseName(NamedTuple):
    """The course of a post."""

    pk: UUID
    title: str


class Marks(NamedTuple):
    """What the reader did with a post; ``handles`` are the members named in it whom they may see.

    ``helped``: the reply helped, ``answered``: a reply to the question did. ``promotion``: points,
    end and whether its own feed is closed to the reader, as JSON.
    """

    liked: bool
    saved: bool
    reposted: bool
    kept: bool
    helped: bool
    answered: bool
    handles: list[str] | None
    promotion: str | None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with the names of the model's fields, as far as lists show them."""

    author: Author
    course: CourseName | None
    creator: Author | None
    marks: Marks
    pk: UUID
    created_at: datetime
    edited_at: datetime | None
    feed_group: str
    post_type: str
    content: str
    parent_id: UUID | None
    root_id: UUID | None
    depth: int
    repost_of_id: UUID | None
    is_question: bool
    status: str
    like_count: int
    reply_count: int
    repost_count: int

    @property
    def author_id(self) -> UUID:
        """Who wrote it."""
        return self.author.pk

    @property
    def is_visible(self) -> bool:
        """Whether people see what it says."""
        return self.status == Post.Status.VISIBLE

    @property
    def visible_text(self) -> str:
        """What people read; nothing while it is hidden, removed or deleted."""
        return self.content if self.is_visible else ""


OF_POST = (
    *("pk", "created_at", "edited_at", "feed_group", "post_type", "content", "parent_id"),
    *("root_id", "depth", "repost_of_id", "is_question", "status"),
    *("like_count", "reply_count", "repost_count"),
)
OF_OTHERS = (
    *("author_id", "author__name", "author__handle", "author__avatar_url"),
    *("course_id", "course__title"),
    *("creator_id", "creator__name", "creator__handle", "creator__avatar_url"),
)
# Where the columns of the author, the course and the creator begin, and the marks.
AUTHOR = len(OF_POST)
COURSE, CREATOR, MARKS = AUTHOR + 4, AUTHOR + 6, AUTHOR + 10


def columns() -> tuple[Any, ...]:
    """What ``made`` takes of a QuerySet of posts. Values: those of ``values_of``."""
    here, user = OuterRef("pk"), Given("user")
    helpful = HelpfulReply.objects.filter(taken_back_at=None, reply__status=Post.Status.VISIBLE)
    named = PostMention.objects.filter(post=here, user__in=_seen_members().values("pk"))
    return (
        *OF_POST,
        *OF_OTHERS,
        Exists(PostLike.objects.filter(post=here, user=user)),
        Exists(PostBookmark.objects.filter(post=here, user=user)),
        Exists(Post.objects.live_reposts().filter(repost_of=here, author=user)),
        Exists(CompanionPin.objects.filter(post=here, user=user)),
        _only(Exists(helpful.filter(reply=here)), depth__gt=0),
        _only(Exists(helpful.filter(post=here)), is_question=True),
        _only(ArraySubquery(named.values("user__handle")), content__contains="@"),
        _only(Subquery(_promotion(here)), course__isnull=False, depth=0),
    )


def made(*values: Any) -> PostRow:
    """The row of such columns."""
    course, creator = values[COURSE:CREATOR], values[CREATOR:MARKS]
    return PostRow(
        Author(*values[AUTHOR:COURSE]),
        None if course[0] is None else CourseName(*course),
        None if creator[0] is None else Author(*creator),
        Marks(*values[MARKS:]),
        *values[:AUTHOR],
    )


def rows_by_id(ids: Iterable[UUID], viewer: User) -> dict[UUID, PostRow]:
    """The posts, visible or not, with what the viewer did with each. One statement."""
    return _by_id(ROWS, ids, viewer)


def shown_again(ids: Iterable[UUID], viewer: User) -> dict[UUID, PostRow]:
    """Posts of which reposts stand in a list: those that stand, and that the viewer may see there.

    Without what they muted or hid, and posts of who shut them out. One statement.
    """
    return _by_id(REPOSTED, ids, viewer)


def values_of(viewer: User) -> dict[str, Any]:
    """What a statement of ``columns`` needs to know of the reader."""
    return {"user": viewer.pk, "blocked": asked_as(viewer), "now": clock.now()}


def _by_id(read: Read[PostRow], ids: Iterable[UUID], viewer: User) -> dict[UUID, PostRow]:
    keys = list(ids)
    found = read.all(ids=keys, **values_of(viewer)) if keys else []
    return {row.pk: row for row in found}


def _only(shown: Any, **condition: Any) -> Case:
    """A subquery that is asked for few rows only."""
    return Case(When(**condition, then=shown), default=Value(None))


def _promotion(post: OuterRef) -> QuerySet[Any, Any]:
    user, now = cast(Any, Given("user")), cast(Any, Given("now"))
    own_feed = open_courses(user).filter(pk=OuterRef("post__course"))
    found = PromotedPost.objects.shown(now).filter(post=post)
    return found.values(told=JSONArray("points_spent", "expires_at", ~Exists(own_feed)))[:1]


def _seen_members() -> QuerySet[User]:
    return User.objects.active().exclude(shut_out_by(Given("blocked")))


def _originals() -> QuerySet[Post]:
    muted = FeedMute.objects.filter(user=Given("user"), member=OuterRef("author"))
    hidden = HiddenPost.objects.filter(user=Given("user"), post=OuterRef("pk"))
    rows = Post.objects.visible().filter(not_shut_out(Given("blocked")))
    return rows.filter(~Exists(muted), ~Exists(hidden), pk__among=Given("ids"))


ROWS = Read(made, lambda: Post.objects.filter(pk__among=Given("ids")).values_list(*columns()))
REPOSTED = Read(made, lambda: _originals().values_list(*columns()))
