"""Which feeds and posts a member reads, and who writes what in them (rules FEED-1, 5, 6)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.identity.access import require_verified
from accounts.members.access import visible_member, visible_member_of_handle
from accounts.models import Block, User
from accounts.sanctions.access import require_may_post
from catalog.access import any_course
from catalog.models import Course
from community.models import (
    CommunityWelcome,
    FeedGroup,
    InstructorFollower,
    Post,
    PostType,
    PromotedPost,
)
from community.moderators.access import appointments_of, creator_of, in_scope
from learning.models import Enrollment, StudentTeacher
from peerloop.kit import clock
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Forbidden, Invalid, Missing
from peerloop.kit.statements import Given, ModelRead, Read, columns

NOBODY = UUID(int=0)
# What whoever acts on a post asks for beside it.
WITH_POST = ("author", "course", "course__creator", "creator", "root")


class Standing(NamedTuple):
    """What one member is in the feed of a course or creator."""

    user: UUID
    reads: bool
    teaches: bool
    moderates: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: the main one, a course's or a creator's.

    ``standing``: of the member for whom it was opened, if it was opened for one.
    """

    group: str
    course: Course | None = None
    creator: User | None = None
    standing: Standing | None = field(default=None, compare=False)

    @property
    def given(self) -> dict[str, UUID]:
        """What a prepared statement of ``given_feed`` needs to know; nothing for the main feed."""
        named = self.course or self.creator
        return {} if named is None else {"feed": named.pk}

    @property
    def posts(self) -> QuerySet[Post]:
        """Its visible posts, without replies."""
        rows = Post.objects.tops()
        if self.course is not None:
            return rows.filter(course=self.course)
        if self.creator is not None:
            return rows.filter(creator=self.creator)
        return rows.filter(feed_group=FeedGroup.USER)

    @property
    def welcome(self) -> CommunityWelcome | None:
        """What the creator says to who opens their feed."""
        if self.creator is None:
            return None
        return CommunityWelcome.objects.filter(creator=self.creator).first()


MAIN = Feed(FeedGroup.USER)


def given_feed(group: str) -> Feed:
    """A feed of the group in a prepared statement; its value is ``Feed.given``."""
    key: Any = Given("feed")
    if group == FeedGroup.COURSE:
        return Feed(group, course=key)
    return MAIN if group == FeedGroup.USER else Feed(group, creator=key)


class FeedClosed(Forbidden):
    """The feed is not open to this member (rule FEED-1)."""

    code = "feed_closed"
    message = "This feed is not open to you."


class NotForRole(Forbidden):
    """Posts of this type need a role that the member does not hold in the feed (rule FEED-6)."""

    code = "role_needed"
    message = "You can't write a post of this type here."


def open_courses(user: Any) -> QuerySet[Course]:
    """Courses whose feed the member reads: students, teachers, the creator, their moderators.

    ``user``: a member, or ``Given`` for a prepared statement.
    """
    mine = Enrollment.objects.with_content().filter(student=user).values("course")
    taught = StudentTeacher.objects.filter(is_active=True, user=user).values("course")
    created = Course.objects.filter(creator=user).values("pk")
    moderated = Course.objects.filter(creator__in=appointments_of(user).values("creator"))
    # Looked up from the member's side, however many courses there are.
    return Course.objects.filter(pk__in=mine.union(taught, created, moderated.values("pk")))


def open_creators(user: Any) -> QuerySet[User]:
    """Creators whose feed the member reads: buyers, teachers, moderators, themselves.

    ``user``: a member, or ``Given`` for a prepared statement.
    """
    bought = InstructorFollower.objects.filter(user=user).values("creator")
    taught = StudentTeacher.objects.filter(is_active=True, user=user).values("course__creator")
    moderated = appointments_of(user).values("creator")
    own = User.objects.filter(pk=getattr(user, "pk", user), is_creator=True).values("pk")
    return User.objects.active().filter(pk__in=bought.union(taught, moderated, own))


def reads(user: User, feed: Feed) -> bool:
    """Whether the feed is open to the member (rule FEED-1)."""
    return feed.group == FeedGroup.USER or user.keeps_order or _standing(user, feed).reads


def opened_for(user: User, feed: Feed) -> Feed:
    """The feed of a course or creator with what the member is in it. One statement."""
    return replace(feed, standing=_standing(user, feed))


def _standing(user: User, feed: Feed) -> Standing:
    known = feed.standing
    if known is not None and known.user == user.pk:
        return known
    found = _in_feed(feed.group).first(user=user.pk, **feed.given)
    return Standing(user.pk, *(found or (False, False, False)))


@cache
def _in_feed(group: str) -> Read[tuple[bool, bool, bool]]:
    """Each look at a post of a course or creator asks."""
    user, here, teaching = Given("user"), OuterRef("pk"), _teaching(Given("user"))

    def of_course() -> QuerySet[Course, Any]:
        moderated = appointments_of(cast(User, user)).filter(creator=OuterRef("creator"))
        return Course.objects.filter(pk=Given("feed")).values_list(
            Exists(open_courses(user).filter(pk=here)),
            Exists(teaching.filter(course=here)),
            Exists(moderated),
        )

    def of_creator() -> QuerySet[User, Any]:
        return User.objects.filter(pk=Given("feed")).values_list(
            Exists(open_creators(user).filter(pk=here)),
            Exists(teaching.filter(course__creator=here)),
            Exists(appointments_of(cast(User, user)).filter(creator=here)),
        )

    return Read(columns, of_course if group == FeedGroup.COURSE else of_creator)


def _teaching(user: Any) -> QuerySet[StudentTeacher]:
    return StudentTeacher.objects.filter(user=user, is_active=True)


def feed_of_course(user: User, slug_or_id: Any) -> Feed:
    """The feed of a course; raises Missing where the course is not listed, else FeedClosed."""
    course = any_course(slug_or_id)
    feed = opened_for(user, Feed(FeedGroup.COURSE, course=course))
    if reads(user, feed):
        return feed
    if not course.is_listed:
        raise Missing
    raise FeedClosed("The feed of this course opens when you enroll.", course=str(course.pk))


def feed_of_creator(user: User, creator: User) -> Feed:
    """The feed of a creator; Missing for who is none, else FeedClosed."""
    if not creator.is_creator:
        raise Missing
    feed = opened_for(user, Feed(FeedGroup.INSTRUCTOR, creator=creator))
    if not reads(user, feed):
        raise FeedClosed("This feed opens with any course of this creator.")
    return feed


def creator_by_id(viewer: User, user_id: Any) -> User:
    """An active creator, unless they shut the viewer out; raises Missing."""
    found = visible_member(viewer, user_id)
    if not found.is_creator:
        raise Missing
    return found


def creator_by_handle(viewer: User, handle: str) -> User:
    """The same by handle, unless they shut the viewer out."""
    found = visible_member_of_handle(viewer, handle)
    if not found.is_creator:
        raise Missing
    return found


def shows_to_all(post_feed: Feed, feed: Feed) -> bool:
    """Whether every reader of ``feed`` may read what stands in ``post_feed`` (rule FEED-9).

    Posts of the main feed are open to all. Who takes or teaches a course reads its creator's feed.
    """
    if post_feed.group == FeedGroup.USER or post_feed == feed:
        return True
    creator, course = post_feed.creator, feed.course
    return creator is not None and course is not None and course.creator_id == creator.pk


def without_blockers_posts(rows: QuerySet[Post], viewer: User) -> QuerySet[Post]:
    """Without posts of who shut the viewer out (rule PRIV-7), save where they keep order."""
    return rows if viewer.keeps_order else rows.filter(not_shut_out(viewer))


def not_shut_out(viewer: Any) -> Q:
    """The condition of a post for it, of a viewer or of ``Given`` with ``asked_as``."""
    shut_out = Block.objects.filter(blocker=OuterRef("author"), blocked=viewer)
    return ~Q(Exists(shut_out)) | in_scope(viewer)


def asked_as(viewer: User) -> UUID:
    """Whose blocks a prepared statement asks for: nobody's where the viewer keeps order."""
    return NOBODY if viewer.keeps_order else viewer.pk


def post_in_reach(user: User, post_id: Any) -> Post:
    """A post or reply that the member may read, also one that was removed; raises Missing.

    A promoted post is open to all (FEED-11): whoever lists or takes answers asks ``reads`` too.
    A repost has no address of its own: what it shows has.
    """
    post = IN_REACH.first(post=identifier(post_id), blocked=asked_as(user))
    if post is None or not (reads(user, feed_of(post)) or _is_promoted(post)):
        raise Missing
    return post


def _in_reach() -> QuerySet[Post]:
    return Post.objects.filter(not_shut_out(Given("blocked")), pk=Given("post"), repost_of=None)


# Every page of a post and every act on one asks.
IN_REACH = ModelRead(Post, _in_reach, related=WITH_POST)


def _is_promoted(post: Post) -> bool:
    """Whether everybody reads it for some days (rule FEED-11); its answers stay where they are."""
    return PromotedPost.objects.shown(clock.now()).filter(post=post).exists()


def visible_post(user: User, post_id: Any) -> Post:
    """The same, if it still stands; raises Missing."""
    post = post_in_reach(user, post_id)
    if not post.is_visible or (post.root is not None and not post.root.is_visible):
        raise Missing
    return post


def own_post(user: User, post_id: Any) -> Post:
    """A post that the member wrote and that still stands; Forbidden for who may only read it.

    One's own stays within reach after the feed closed, so that it can be deleted (FEED-8, FEED-12).
    """
    rows = Post.objects.visible().select_related(*WITH_POST)
    own = rows.filter(pk=identifier(post_id), author=user).first()
    if own is not None:
        return own
    post = visible_post(user, post_id)
    if post.author_id != user.pk:
        raise Forbidden("Only who wrote it can do this.")
    return post


def own_post_to_delete(user: User, post_id: Any) -> Post:
    """The same, also while it is hidden until a moderator looked (rule FEED-8)."""
    rows = Post.objects.select_related(*WITH_POST)
    hidden = rows.filter(pk=identifier(post_id), author=user, status=Post.Status.HIDDEN).first()
    return hidden if hidden is not None and not hidden.repost_of_id else own_post(user, post_id)


def feed_of(post: Post) -> Feed:
    """The feed that a post stands in."""
    return Feed(post.feed_group, post.course, post.creator)


def require_may_write(user: User, feed: Feed, post_type: str, *, at: datetime) -> None:
    """Raises Unverified, PostingBanned, FeedClosed or NotForRole (rules FEED-5, FEED-6, MOD-6)."""
    require_may_answer(user, feed, at=at)
    if feed.group == FeedGroup.INSTRUCTOR and not (leads(user, feed) or teaches_in(user, feed)):
        raise NotForRole("Only the creator and their teachers begin posts in this feed.")
    if post_type == PostType.ANNOUNCEMENT and not leads(user, feed):
        raise NotForRole("Announcements are written by who leads the feed.")
    if post_type in (PostType.TEACHING_TIP, PostType.AVAILABILITY) and not (
        teaches_in(user, feed) or leads(user, feed)
    ):
        raise NotForRole("Only teachers and creators write posts of this type.")


def require_may_answer(user: User, feed: Feed, *, at: datetime) -> None:
    """Raises Unverified, PostingBanned or FeedClosed: every reader may write replies."""
    require_verified(user)
    require_may_post(user, at=at)
    if not reads(user, feed):
        raise FeedClosed


def leads(user: User, feed: Feed) -> bool:
    """Whether the member may announce: the creator, who keeps order, in the main feed admins."""
    if feed.group == FeedGroup.USER:
        return user.is_admin
    if user.keeps_order or creator_of(feed) == user.pk:
        return True
    return _standing(user, feed).moderates


def teaches_in(user: User, feed: Feed) -> bool:
    """Whether they teach there: the course, one of the creator; in the main feed any, or create."""
    if feed.group == FeedGroup.USER:
        return bool(user.is_creator or _teaching(user).exists())
    return _standing(user, feed).teaches


def asked_feed(user: User, given: dict[str, Any]) -> Feed:
    """The feed that a request names, in either form of the seeds (contradiction X06).

    ``course_id``; or ``feed_type`` with ``feed_id`` "course_<id>" or "instructor_<id>". Raises
    Invalid naming the field, FeedClosed.
    """
    kind, name = given.get("feed_type"), given.get("feed_id") or ""
    course_id = given.get("course_id")
    if kind in (None, "user") and course_id is None:
        return MAIN
    try:
        if kind == "instructor":
            return feed_of_creator(user, creator_by_id(user, name.removeprefix("instructor_")))
        if course_id is None:
            course_id = identifier(name.removeprefix("course_"))
        return feed_of_course(user, course_id)
    except Missing:
        field = "feed_id" if kind else "course_id"
        raise Invalid.field(field, "There is no such feed.") from None
