"""Who reads a feed."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Block, User
from community.feeds.access import Feed, feed_of, reads
from community.models import CommunityModerator, FeedGroup, Post
from community.moderators.access import creator_of
from community.moderators.people import people_of
from learning.models import Enrollment, StudentTeacher


def among_readers(people: Iterable[User], post: Post, *, by: User) -> list[User]:
    """Those of them whom ``by`` may tell of what they do with a post: nobody else learns of it.

    The feed is open to them now, they are not suspended, and neither shut the other out (rules
    FEED-1, FEED-12, PRIV-7). At most three statements a person.
    """
    known = list(people)
    between = Q(blocker=by, blocked__in=known) | Q(blocker__in=known, blocked=by)
    pairs = Block.objects.filter(between).values_list("blocker_id", "blocked_id")
    shut_out = {person for pair in pairs for person in pair}
    feed = feed_of(post)
    return [
        person
        for person in known
        if person.pk not in shut_out and person.may_sign_in and reads(person, feed)
    ]


def readers_of(post: Post) -> QuerySet[User]:
    """Whom an announcement concerns: the people of its course, or of its creator; nobody else.

    An announcement in the main feed stands there for everybody, and notifies nobody.
    """
    shut_out = Block.objects.filter(blocker=post.author_id, blocked=OuterRef("pk"))
    active = User.objects.active().exclude(pk=post.author_id).exclude(Exists(shut_out))
    active = active.order_by("pk")
    if post.feed_group == FeedGroup.COURSE:
        enrolled = Enrollment.objects.with_content().filter(course=post.course)
        teaching = StudentTeacher.objects.filter(course=post.course, is_active=True)
        return active.filter(
            Q(Exists(enrolled.filter(student=OuterRef("pk"))))
            | Q(Exists(teaching.filter(user=OuterRef("pk"))))
        )
    if post.feed_group == FeedGroup.INSTRUCTOR:
        return active.filter(pk__in=people_of(post.creator_id).values("pk"))
    return active.none()


def who_read(feed: Feed) -> QuerySet[User]:
    """The active members to whom a feed is open, as ``access.reads`` says of one (rule FEED-1)."""
    active, creator = User.objects.active(), creator_of(feed)
    if creator is None:
        return active
    appointed = CommunityModerator.objects.active().filter(creator=creator, user=OuterRef("pk"))
    order = Q(is_admin=True) | Q(is_moderator=True) | Q(Exists(appointed)) | Q(pk=creator)
    if feed.course is None:
        return active.filter(order | Q(pk__in=people_of(creator).values("pk")))
    enrolled = Enrollment.objects.with_content().filter(course=feed.course)
    teaching = StudentTeacher.objects.filter(course=feed.course, is_active=True)
    return active.filter(
        order
        | Q(Exists(enrolled.filter(student=OuterRef("pk"))))
        | Q(Exists(teaching.filter(user=OuterRef("pk"))))
    )
