"""Timelines: which posts stand in whose own feed. Written here, read by ``personal.py`` (ADR 24).

Everything here is safe to repeat.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Follow, User
from catalog.models import Course
from community.feeds.access import open_courses, open_creators
from community.models import (
    CommunityModerator,
    FeedGroup,
    InstructorFollower,
    Post,
    TimelineEntry,
    WideFeed,
)
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.counting import count_up_to
from peerloop.kit.ids import first_id
from peerloop.kit.statements import statement

# Posts of one feed that are put into the timeline of a new reader.
MOST_FILLED = 1_000
MOST_AT_ONCE = 20_000
NEWEST = ("-created_at", "-pk")
PUSH = """
    INSERT INTO timeline_entries (user_id, posted_at, post_id)
    SELECT reader, %s, %s FROM ({readers}) AS readers (reader) ON CONFLICT DO NOTHING
"""
FILL = """
    INSERT INTO timeline_entries (user_id, posted_at, post_id)
    SELECT %s, found.* FROM unnest(%s::uuid[]) AS feed (id)
    CROSS JOIN LATERAL ({newest}) AS found ON CONFLICT DO NOTHING
"""


def look_back(at: datetime) -> datetime:
    """How far back own feeds go: the setting ``FEED_LOOK_BACK_DAYS``."""
    return at - timedelta(days=settings.FEED_LOOK_BACK_DAYS)


def readers(group: str, feed_id: UUID) -> list[QuerySet[Any]]:
    """Ids of those whose own feed shows what is written there; one may come twice.

    The posts of a member go to their followers: everybody else reads the main feed.
    """
    if group == FeedGroup.USER:
        return [Follow.objects.filter(followed=feed_id).values_list("follower")]
    if group == FeedGroup.COURSE:
        enrolled = Enrollment.objects.with_content().filter(course=feed_id)
        teaching = StudentTeacher.objects.filter(is_active=True, course=feed_id)
        creating = Course.objects.filter(pk=feed_id)
        creators = creating.values("creator")
        moderating = CommunityModerator.objects.active().filter(creator__in=creators)
        return [
            enrolled.values_list("student"),
            teaching.values_list("user"),
            creating.values_list("creator"),
            moderating.values_list("user"),
        ]
    bought = InstructorFollower.objects.filter(creator=feed_id)
    teaching = StudentTeacher.objects.filter(is_active=True, course__creator=feed_id)
    moderating = CommunityModerator.objects.active().filter(creator=feed_id)
    own = User.objects.filter(pk=feed_id, is_creator=True).values_list("pk")
    return [
        bought.values_list("user"),
        teaching.values_list("user"),
        moderating.values_list("user"),
        own,
    ]


def feed_id_of(post: Post) -> UUID:
    """The feed of a post by its id: the course, the creator, or the author."""
    if post.feed_group == FeedGroup.COURSE:
        assert post.course_id is not None, "post_course"
        return post.course_id
    if post.feed_group == FeedGroup.INSTRUCTOR:
        assert post.creator_id is not None, "post_creator"
        return post.creator_id
    return post.author_id


@transaction.atomic
def spread(post: Post) -> None:
    """Write a post into the timeline of each reader of its feed; one statement for all of them.

    Of a feed with more than ``FEED_PUSH_MOST`` readers the post is marked instead: they read it
    from the feed.
    """
    group, feed_id = post.feed_group, feed_id_of(post)
    people = readers(group, feed_id)
    most = settings.FEED_PUSH_MOST
    if sum(count_up_to(one, most + 1) for one in people) > most:
        Post.objects.filter(pk=post.pk).update(is_pulled=True)
        post.is_pulled = True
        _remember_wide(group, feed_id, post.created_at)
        return
    # Tables in one order, and no lock on any reader.
    queries = [one.query.sql_with_params() for one in people]
    union = " UNION ".join(sql for sql, _ in queries)
    with connection.cursor() as cursor:
        cursor.execute(
            statement(PUSH, readers=union),
            [post.created_at, post.pk, *(value for _, values in queries for value in values)],
        )


def fill(
    user_id: UUID,
    at: datetime,
    *,
    courses: Sequence[UUID] = (),
    creators: Sequence[UUID] = (),
    authors: Sequence[UUID] = (),
) -> int:
    """Put the newest posts of these feeds into a reader's timeline; how many were missing."""
    asked = (
        ("course", FeedGroup.COURSE, courses),
        ("creator", FeedGroup.INSTRUCTOR, creators),
        ("author", FeedGroup.USER, authors),
    )
    return sum(_add(user_id, at, column, group, ids) for column, group, ids in asked if ids)


def drop(
    user_id: UUID,
    *,
    course: UUID | None = None,
    creator: UUID | None = None,
    author: UUID | None = None,
) -> int:
    """Take one feed out of a reader's timeline; how many posts that were."""
    of_feed = Q(pk__in=())
    if course is not None:
        of_feed = Q(course=course)
    elif creator is not None:
        of_feed = Q(creator=creator)
    elif author is not None:
        of_feed = Q(author=author, feed_group=FeedGroup.USER)
    return _drop(user_id, Post.objects.filter(of_feed, pk=OuterRef("post_id")))


@transaction.atomic
def refill(user: User, at: datetime) -> int:
    """Make a member's timeline what their follows and courses say; how many rows were wrong.

    What is older than own feeds go back is deleted too.
    """
    courses = list(open_courses(user).values_list("pk", flat=True))
    creators = list(open_creators(user).values_list("pk", flat=True))
    authors = list(Follow.objects.filter(follower=user).values_list("followed_id", flat=True))
    right = (
        Q(feed_group=FeedGroup.COURSE, course__in=courses)
        | Q(feed_group=FeedGroup.INSTRUCTOR, creator__in=creators)
        | Q(feed_group=FeedGroup.USER, author__in=authors)
    )
    gone = Q(status__in=(Post.Status.DELETED, Post.Status.REMOVED))
    wrong = Post.objects.filter(
        ~right | gone | Q(created_at__lte=look_back(at)), pk=OuterRef("post_id")
    )
    dropped = _drop(user.pk, wrong)
    return dropped + fill(user.pk, at, courses=courses, creators=creators, authors=authors)


def refill_changed(at: datetime, *, since: datetime) -> int:
    """Refill the timelines of members whose follows, enrollments or offices changed since then.

    How many rows were wrong. ``since`` is on real time. An end of which no row is left, such as of
    a follow, was handled when it happened.
    """
    new = {"pk__gte": first_id(since)}
    changed = {"updated_at__gte": since}
    ids = (
        Follow.objects.filter(**new)
        .values_list("follower")
        .union(
            InstructorFollower.objects.filter(**new).values_list("user"),
            Enrollment.objects.filter(**new).values_list("student"),
            StudentTeacher.objects.filter(**changed).values_list("user"),
            CommunityModerator.objects.filter(**changed).values_list("user"),
        )
    )
    wrong = 0
    for (user_id,) in ids:
        wrong += refill(User.objects.get(pk=user_id), at)
    return wrong


def forget_old(at: datetime) -> int:
    """Delete what is older than own feeds go back; how many rows. Wide feeds too."""
    WideFeed.objects.filter(newest_at__lte=look_back(at)).delete()
    gone = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM timeline_entries WHERE (user_id, posted_at, post_id) IN"
                " (SELECT user_id, posted_at, post_id FROM timeline_entries"
                " WHERE posted_at <= %s LIMIT %s)",
                [look_back(at), MOST_AT_ONCE],
            )
            gone += cursor.rowcount
            if cursor.rowcount < MOST_AT_ONCE:
                return gone


def _remember_wide(group: str, feed_id: UUID, newest_at: datetime) -> None:
    wide, is_new = WideFeed.objects.get_or_create(
        feed_group=group, feed_id=feed_id, defaults={"newest_at": newest_at}
    )
    if not is_new:
        rows = WideFeed.objects.filter(pk=wide.pk, newest_at__lt=newest_at)
        rows.update(newest_at=newest_at)


def _add(user_id: UUID, at: datetime, column: str, group: str, ids: Sequence[UUID]) -> int:
    here = Post.objects.tops().filter(
        **{column: RawSQL("feed.id", ())}, feed_group=group, is_pulled=False
    )
    newest = here.filter(created_at__gt=look_back(at)).order_by(*NEWEST)
    sql, values = newest.values_list("created_at", "pk")[:MOST_FILLED].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement(FILL, newest=sql), [user_id, list(ids), *values])
        return int(cursor.rowcount)


def _drop(user_id: UUID, posts: QuerySet[Any]) -> int:
    count, _ = TimelineEntry.objects.filter(Exists(posts), user=user_id).delete()
    return count
