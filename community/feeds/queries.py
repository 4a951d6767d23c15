"""What feeds show: posts in the order of time, with what the reader did with each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core import signing
from django.db.models import Exists, Q, QuerySet

from accounts.models import User
from catalog.models import Course
from community.feeds.access import (
    Feed,
    open_courses,
    open_creators,
    without_blockers_posts,
)
from community.feeds.marks import pinned_ids
from community.feeds.rows import PostRow, rows_by_id
from community.feeds.shown import ShownPost, shown_rows
from community.models import (
    FeedGroup,
    InstructorFollower,
    Post,
    PostBookmark,
    PromotedPost,
)
from learning.models import Enrollment, StudentTeacher
from peerloop.kit import clock
from peerloop.kit.counting import count_up_to
from peerloop.kit.lookups import containing
from peerloop.kit.paging import Page
from peerloop.kit.refusals import Invalid
from peerloop.kit.statements import Given, Read, columns, packed, unpacked

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
        return older_than(self.created_at, self.post_id)

    def word(self) -> str:
        """For addresses and answers."""
        return signing.dumps([self.created_at.isoformat(), str(self.post_id)], salt=CURSOR_SALT)


@dataclass(frozen=True, slots=True)
class Posts:
    """A page of posts; ``next`` is the place behind the last one, None at the end.

    ``pinned``: what stands on top, beside the rows in the order of time.
    """

    rows: list[ShownPost] = field(default_factory=list)
    next: Place | None = None
    total: int = 0
    pinned: list[ShownPost] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Follower:
    """A student who reads a creator's feed."""

    user: User
    first_enrollment_at: datetime
    courses_enrolled: list[str]


def older_than(created_at: Any, post_id: Any) -> Q:
    """The condition of posts behind a place, of values or of ``Given``."""
    # The first condition is what an index understands.
    return Q(created_at__lte=created_at) & (Q(created_at__lt=created_at) | Q(pk__lt=post_id))


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


def posts_of(
    feed: Feed,
    *,
    viewer: User,
    page: Page,
    before: Place | None = None,
    only_questions: bool = False,
) -> Posts:
    """A page of one feed, newest first, with its total up to a limit and its pins.

    At most five statements.
    """
    rows = without_blockers_posts(feed.posts, viewer)
    if only_questions:
        rows = rows.filter(is_question=True)
    start = 0 if before is not None else page.start
    behind = rows if before is None else rows.filter(before.older)
    listed = behind.order_by(*NEWEST).values_list("pk", flat=True)[start : start + page.limit + 1]
    ids, pinned = list(listed), pinned_ids(feed, viewer)
    found = rows_by_id({*ids, *pinned}, viewer)
    here = [found[one] for one in ids if one in found]
    on_top = [found[one] for one in pinned if one in found]
    return _page(here, viewer, page.limit, total=count_up_to(rows), pinned=on_top)


def saved_posts(user: User, *, page: Page) -> Posts:
    """What the member saved and may still read, the last saved first."""
    saved = PostBookmark.objects.filter(user=user).order_by("-created_at", "-pk")
    ids = list(saved.values_list("post_id", flat=True)[page.start : page.stop + 1])
    promotions = PromotedPost.objects.shown(clock.now()).filter(post__in=ids)
    promoted = without_blockers_posts(Post.objects.filter(pk__in=promotions.values("post")), user)
    seen = readable(user).filter(pk__in=ids) | promoted
    open_ones = set(seen.values_list("pk", flat=True))
    found = rows_by_id([one for one in ids[: page.limit] if one in open_ones], user)
    rows = [found[one] for one in ids if one in found]
    return Posts(shown_rows(rows, user), total=count_up_to(saved))


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
    listed = list(rows.order_by("created_at", "pk").values_list("pk", flat=True)[:MOST_REPLIES])
    found = rows_by_id(listed, viewer)
    below: dict[UUID | None, list[PostRow]] = {}
    for reply in [found[one] for one in listed if one in found]:
        below.setdefault(reply.parent_id, []).append(reply)
    ordered: list[PostRow] = []

    def follow(parent_id: UUID) -> None:
        for reply in below.get(parent_id, []):
            if reply.is_visible or reply.pk in below:
                ordered.append(reply)
                follow(reply.pk)

    follow(post.pk)
    return shown_rows(ordered, viewer)


def course_feeds(user: User) -> list[Course]:
    """Courses whose feed is open to the member, by title."""
    return list(open_courses(user).order_by("title", "pk")[:MOST_FEEDS])


def creator_feeds(user: User) -> list[User]:
    """Creators whose feed is open to the member, by name."""
    return list(open_creators(user).order_by("name", "pk")[:MOST_FEEDS])


@dataclass(frozen=True, slots=True)
class Communities:
    """What stands beside the own feed: open feeds, as title or name and slug or handle."""

    courses: list[tuple[str, str]]
    creators: list[tuple[str, str]]
    teaches: bool


def communities_of(user: User) -> Communities:
    """The feeds that are open to the member, and whether they teach or create. One statement."""
    [(courses, creators, teaches)] = BESIDE.all(user=user.pk)
    return Communities(
        [unpacked(one) for one in courses],
        [unpacked(one) for one in creators],
        bool(user.is_creator or teaches),
    )


def _beside() -> QuerySet[User, tuple[Any, ...]]:
    user = Given("user")
    courses = open_courses(user).order_by("title", "pk")[:MOST_FEEDS]
    creators = open_creators(user).order_by("name", "pk")[:MOST_FEEDS]
    teaching = StudentTeacher.objects.filter(user=user, is_active=True)
    return User.objects.filter(pk=user).values_list(
        ArraySubquery(courses.values_list(packed("title", "slug"))),
        ArraySubquery(creators.values_list(packed("name", "handle"))),
        Exists(teaching),
    )


BESIDE = Read(columns, _beside)


def followers_of_creator(
    creator: User, page: Page, *, search: str = ""
) -> tuple[list[Follower], int]:
    """Students who read a creator's feed, the newest first, and how many there are.

    ``search``: a part of a name or handle.
    """
    rows = InstructorFollower.objects.filter(creator=creator)
    if search:
        named = containing(search.removeprefix("@"))
        rows = rows.filter(Q(user__name__ilike=named) | Q(user__handle__ilike=named))
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


def _page(
    found: list[PostRow], viewer: User, limit: int, *, total: int, pinned: list[PostRow]
) -> Posts:
    rows = found[:limit]
    last = rows[-1] if len(found) > limit else None
    following = None if last is None else Place(last.created_at, last.pk)
    on_top = [row.pk for row in pinned]
    # Pins and rows at once: what their reposts show is read by one statement.
    both = {one.row.pk: one for one in shown_rows([*rows, *pinned], viewer, pinned=on_top)}
    listed = dict.fromkeys(row.repost_of_id or row.pk for row in rows)
    return Posts(
        [both[one] for one in listed if one in both],
        following,
        total,
        [both[one] for one in on_top if one in both],
    )
