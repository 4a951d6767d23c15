"""What feeds show: posts in the order of time, with what the reader did with each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core import signing
from django.db.models import OuterRef, Q, QuerySet

from accounts.models import Follow, User
from catalog.models import Course
from community.feeds.access import (
    Feed,
    open_courses,
    open_creators,
    without_blockers_posts,
)
from community.feeds.words import place_of
from community.models import (
    FeedGroup,
    InstructorFollower,
    Post,
    PostBookmark,
    PostLike,
    PostType,
)
from community.models.post import DEEPEST_REPLY
from learning.models import Enrollment
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import Page
from peerloop.kit.refusals import Invalid

NEWEST = ("-created_at", "-pk")
CURSOR_SALT = "community.feeds"
MOST_REPLIES = 500
MOST_FEEDS = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a feed: what comes is older than the post that stood there."""

    created_at: datetime
    post_id: UUID

    @property
    def older(self) -> Q:
        """Posts behind it."""
        return Q(created_at__lt=self.created_at) | Q(
            created_at=self.created_at, pk__lt=self.post_id
        )

    def word(self) -> str:
        """For addresses and answers."""
        return signing.dumps([self.created_at.isoformat(), str(self.post_id)], salt=CURSOR_SALT)


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post as one reader sees it."""

    row: Post
    is_own: bool
    is_liked: bool
    is_saved: bool

    @property
    def place(self) -> str:
        """The feed that it stands in."""
        return place_of(self.row)

    @property
    def is_special(self) -> bool:
        """Whether it is more than a plain post."""
        return self.row.post_type != PostType.POST

    @property
    def type_word(self) -> str:
        """What type of post it is."""
        return str(PostType(self.row.post_type).label)

    @property
    def may_be_answered(self) -> bool:
        """Whether replies may still go below it (rule FEED-8)."""
        return self.row.depth < DEEPEST_REPLY

    @property
    def gone_words(self) -> str:
        """What stands in place of a text that is gone."""
        if self.row.status == Post.Status.HIDDEN:
            return "Hidden until a moderator looked at it."
        by_author = self.row.status == Post.Status.DELETED
        return "Deleted by who wrote it." if by_author else "Removed by a moderator."

    @property
    def report_kind(self) -> str:
        """What kind of content it is to who reports it."""
        return "reply" if self.row.depth else "post"


@dataclass(frozen=True, slots=True)
class Posts:
    """A page of posts; ``next`` is the place behind the last one, None at the end."""

    rows: list[ShownPost] = field(default_factory=list)
    next: Place | None = None
    total: int = 0


@dataclass(frozen=True, slots=True)
class Follower:
    """A student who reads a creator's feed."""

    user: User
    first_enrollment_at: datetime
    courses_enrolled: list[str]


def place_asked(word: str) -> Place | None:
    """The place of a cursor, None for no word; raises Invalid for one that is not ours."""
    if not word:
        return None
    try:
        created_at, post_id = signing.loads(word, salt=CURSOR_SALT)
    except signing.BadSignature:
        raise Invalid.field(
            "cursor", "This cursor is not known. Start from the first page."
        ) from None
    return Place(datetime.fromisoformat(created_at), UUID(post_id))


def posts_of(feed: Feed, *, viewer: User, page: Page, before: Place | None = None) -> Posts:
    """A page of one feed, newest first, with its total up to a limit. Five statements."""
    rows = without_blockers_posts(feed.posts, viewer)
    if before is not None:
        found = _newest(rows.filter(before.older), page.limit + 1)
    else:
        found = list(_joined(rows).order_by(*NEWEST)[page.start : page.stop + 1])
    return _page(found, viewer, page.limit, total=count_up_to(rows))


def personal_posts(user: User, *, limit: int, before: Place | None = None) -> Posts:
    """The main feed, and those of the member's courses and creators, newest first.

    Eight statements, however many feeds there are: each feed gives its newest by an index.
    """
    tops = Post.objects.tops() if before is None else Post.objects.tops().filter(before.older)

    def newest(**here: Any) -> ArraySubquery:
        return ArraySubquery(tops.filter(**here).order_by(*NEWEST).values("pk")[: limit + 1])

    courses = open_courses(user).annotate(ids=newest(course=OuterRef("pk")))
    creators = open_creators(user).annotate(ids=newest(creator=OuterRef("pk")))
    followed = Follow.objects.filter(follower=user).annotate(
        ids=newest(author=OuterRef("followed_id"), feed_group=FeedGroup.USER)
    )
    ids = set(
        tops.filter(feed_group=FeedGroup.USER)
        .order_by(*NEWEST)
        .values_list("pk", flat=True)[: limit + 1]
    )
    for lists in (courses, creators, followed):
        for found in lists.values_list("ids", flat=True):
            ids.update(found)
    rows = without_blockers_posts(Post.objects.filter(pk__in=ids), user)
    return _page(_newest(rows, limit + 1), user, limit)


def saved_posts(user: User, *, page: Page) -> Posts:
    """What the member saved and may still read, the last saved first."""
    saved = PostBookmark.objects.filter(user=user).order_by("-created_at", "-pk")
    ids = list(saved.values_list("post_id", flat=True)[page.start : page.stop + 1])
    found = {row.pk: row for row in _joined(readable(user).filter(pk__in=ids))}
    rows = [found[one] for one in ids[: page.limit] if one in found]
    return Posts(shown(rows, user), total=count_up_to(saved))


def readable(user: User) -> QuerySet[Post]:
    """Visible posts and replies of the feeds that are open to the member."""
    rows = without_blockers_posts(Post.objects.visible(), user)
    if user.keeps_order:
        return rows
    return rows.filter(
        Q(feed_group=FeedGroup.USER)
        | Q(course__in=open_courses(user).values("pk"))
        | Q(creator__in=open_creators(user).values("pk"))
    )


def thread_of(post: Post, viewer: User) -> list[ShownPost]:
    """All replies below a post, in the order in which they are read: each under its parent.

    What was deleted or removed keeps its place while somebody answered it.
    """
    rows = without_blockers_posts(Post.objects.filter(root=post), viewer)
    found = list(_joined(rows).order_by("created_at", "pk")[:MOST_REPLIES])
    below: dict[UUID | None, list[Post]] = {}
    for reply in found:
        below.setdefault(reply.parent_id, []).append(reply)
    ordered: list[Post] = []

    def follow(parent_id: UUID) -> None:
        for reply in below.get(parent_id, []):
            if reply.is_visible or reply.pk in below:
                ordered.append(reply)
                follow(reply.pk)

    follow(post.pk)
    return shown(ordered, viewer)


def shown(rows: Sequence[Post], viewer: User) -> list[ShownPost]:
    """The posts with what the viewer did with each. Two statements."""
    keys = [row.pk for row in rows]
    liked, saved = _marked(PostLike, viewer, keys), _marked(PostBookmark, viewer, keys)
    return [
        ShownPost(row, row.author_id == viewer.pk, row.pk in liked, row.pk in saved) for row in rows
    ]


def course_feeds(user: User) -> list[Course]:
    """Courses whose feed is open to the member, by title."""
    return list(open_courses(user).order_by("title", "pk")[:MOST_FEEDS])


def creator_feeds(user: User) -> list[User]:
    """Creators whose feed is open to the member, by name."""
    return list(open_creators(user).order_by("name", "pk")[:MOST_FEEDS])


def followers_of_creator(creator: User, page: Page) -> tuple[list[Follower], int]:
    """Students who read a creator's feed, the newest first, and how many there are."""
    rows = InstructorFollower.objects.filter(creator=creator)
    ordered = rows.select_related("user").order_by("-first_enrollment_at", "-pk")
    found = list(ordered[page.start : page.stop])
    enrolled = Enrollment.objects.with_content().filter(
        course__creator=creator, student__in=[row.user_id for row in found]
    )
    titles: dict[UUID, list[str]] = {}
    pairs = enrolled.order_by("created_at", "pk").values_list("student_id", "course__title")
    for student, title in pairs:
        titles.setdefault(student, []).append(title)
    followers = [
        Follower(row.user, row.first_enrollment_at, titles.get(row.user_id, [])) for row in found
    ]
    return followers, count_up_to(rows)


def _marked(model: Any, viewer: User, keys: Iterable[UUID]) -> set[UUID]:
    rows = model.objects.filter(user=viewer, post__in=list(keys))
    return set(rows.values_list("post_id", flat=True))


def _joined(rows: QuerySet[Post]) -> QuerySet[Post]:
    return rows.select_related("author", "course", "creator")


def _newest(rows: QuerySet[Post], most: int) -> list[Post]:
    return list(_joined(rows).order_by(*NEWEST)[:most])


def _page(found: list[Post], viewer: User, limit: int, *, total: int = 0) -> Posts:
    rows = found[:limit]
    last = rows[-1] if len(found) > limit else None
    following = None if last is None else Place(last.created_at, last.pk)
    return Posts(shown(rows, viewer), following, total)
