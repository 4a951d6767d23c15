"""What feeds show: posts in the order of time, with what the reader did with each."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core import signing
from django.db.models import Exists, Q, QuerySet, Value

from accounts.models import User
from catalog.models import Course
from community.feeds.access import (
    MAIN,
    Feed,
    asked_as,
    given_feed,
    not_shut_out,
    open_courses,
    open_creators,
    without_blockers_posts,
)
from community.feeds.marks import pinned_ids, pins_of
from community.feeds.rows import PostRow, made, rows_by_id, values_of
from community.feeds.rows import columns as columns_of_posts
from community.feeds.shown import ShownPost, shown_rows
from community.models import (
    FeedGroup,
    InstructorFollower,
    Post,
    PostBookmark,
    PromotedPost,
)
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.counting import count_up_to
from peerloop.kit.lookups import containing
from peerloop.kit.paging import Page
from peerloop.kit.refusals import Invalid
from peerloop.kit.statements import Given, Read, columns, number_of, packed, unpacked

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


# In front of every post.
TOP = Place(datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


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
    with_total: bool = True,
) -> Posts:
    """A page of one feed, newest first, with its pins, and ``with_total`` how many there are.

    The total is exact up to a limit. At most four statements.
    """
    start = 0 if before is not None else page.start
    place = before or TOP
    found = _listed(feed.group, only_questions=only_questions, with_total=with_total).slice(
        start,
        start + page.limit + 1,
        **feed.given,
        **values_of(viewer),
        made_at=place.created_at,
        post=place.post_id,
    )
    total = found[0].total if found else 0
    if with_total and not found and (before is not None or page.page > 1):
        total = count_up_to(_posts_in(feed, asked_as(viewer), only_questions))
    here = [one.row for one in found]
    pinned = found[0].pins if found else pinned_ids(feed, viewer)
    known = {row.pk: row for row in here}
    known |= rows_by_id([one for one in pinned if one not in known], viewer)
    on_top = [known[one] for one in pinned if one in known]
    return _page(here, viewer, page.limit, total=total, pinned=on_top)


class _Listed(NamedTuple):
    row: PostRow
    total: int
    pins: list[UUID]


def _posts_in(feed: Feed, blocked: Any, only_questions: bool) -> QuerySet[Post]:
    rows = feed.posts.filter(not_shut_out(blocked))
    return rows.filter(is_question=True) if only_questions else rows


@cache
def _listed(group: str, *, only_questions: bool, with_total: bool) -> Read[_Listed]:
    def posts() -> QuerySet[Post]:
        return _posts_in(given_feed(group), Given("blocked"), only_questions)

    def rows() -> QuerySet[Post, Any]:
        behind = posts().filter(older_than(Given("made_at"), Given("post"))).order_by(*NEWEST)
        total = number_of(posts()) if with_total else Value(0)
        pins = ArraySubquery(pins_of(given_feed(group), Given("user")))
        return behind.values_list(*columns_of_posts(), total, pins)

    return Read(lambda *values: _Listed(made(*values[:-2]), *values[-2:]), rows)


def posts_by(author: User, *, viewer: User, page: Page, before: Place | None = None) -> Posts:
    """What a member wrote to everybody, newest first. At most two statements.

    The caller asks whether the viewer may see the author.
    """
    place = before or TOP
    asked = {"author": author.pk, "made_at": place.created_at, "post": place.post_id}
    found = OF_AUTHOR.slice(0, page.limit + 1, **asked, **values_of(viewer))
    return _page(found, viewer, page.limit, total=0, pinned=[])


def _of_author() -> QuerySet[Post]:
    rows = MAIN.posts.filter(author=Given("author"), repost_of=None)
    return rows.filter(older_than(Given("made_at"), Given("post"))).order_by(*NEWEST)


OF_AUTHOR = Read(made, lambda: _of_author().values_list(*columns_of_posts()))


def saved_posts(user: User, *, page: Page) -> Posts:
    """What the member saved and may still read, the last saved first."""
    saved = PostBookmark.objects.filter(user=user).order_by("-created_at", "-pk")
    ids = list(saved.values_list("post_id", flat=True)[page.start : page.stop + 1])
    found = _readable_rows(ids[: page.limit], user)
    rows = [found[one] for one in ids if one in found]
    return Posts(shown_rows(rows, user), total=count_up_to(saved))


def readable(user: User) -> QuerySet[Post]:
    """Visible posts and replies of the feeds that are open to the member."""
    rows = without_blockers_posts(Post.objects.visible(), user)
    return rows if user.keeps_order else rows.filter(_in_open_feed(user))


def _in_open_feed(user: Any) -> Q:
    courses, creators = open_courses(user).values("pk"), open_creators(user).values("pk")
    return Q(feed_group=FeedGroup.USER) | Q(course__in=courses) | Q(creator__in=creators)


def _readable_rows(ids: list[UUID], user: User) -> dict[UUID, PostRow]:
    """The same of some ids as lists show them, and those that are promoted. One statement."""
    if user.keeps_order:
        return {key: row for key, row in rows_by_id(ids, user).items() if row.is_visible}
    found = READABLE.all(ids=ids, **values_of(user)) if ids else []
    return {row.pk: row for row in found}


def _readable() -> QuerySet[Post]:
    rows = Post.objects.visible().filter(pk__among=Given("ids"))
    promoted = PromotedPost.objects.shown(cast(Any, Given("now"))).values("post")
    seen = _in_open_feed(Given("user")) | Q(pk__in=promoted)
    return rows.filter(not_shut_out(Given("blocked")), seen)


READABLE = Read(made, lambda: _readable().values_list(*columns_of_posts()))


def thread_of(post: Post, viewer: User) -> list[ShownPost]:
    """All replies below a post, in the order in which they are read: each under its parent.

    What was deleted or removed keeps its place while somebody answered it.
    """
    below: dict[UUID | None, list[PostRow]] = {}
    for reply in REPLIES.slice(0, MOST_REPLIES, root=post.pk, **values_of(viewer)):
        below.setdefault(reply.parent_id, []).append(reply)
    ordered: list[PostRow] = []

    def follow(parent_id: UUID) -> None:
        for reply in below.get(parent_id, []):
            if reply.is_visible or reply.pk in below:
                ordered.append(reply)
                follow(reply.pk)

    follow(post.pk)
    return shown_rows(ordered, viewer)


def _replies() -> QuerySet[Post]:
    rows = Post.objects.filter(not_shut_out(Given("blocked")), root=Given("root"))
    return rows.order_by("created_at", "pk")


REPLIES = Read(made, lambda: _replies().values_list(*columns_of_posts()))


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
