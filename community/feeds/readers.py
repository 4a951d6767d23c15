"""Who reads a feed."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from community.feeds.access import Feed
from community.models import CommunityModerator, FeedGroup, Post
from community.moderators.access import creator_of
from community.moderators.people import people_of
from learning.models import Enrollment, StudentTeacher


def readers_of(post: Post) -> QuerySet[User]:
    """Whom an announcement concerns: the people of its course, or of its creator; nobody else.

    An announcement in the main feed stands there for everybody, and notifies nobody.
    """
    active = User.objects.active().exclude(pk=post.author_id).order_by("pk")
    if post.feed_group == FeedGroup.COURSE:
        enrolled = Enrollment.objects.with_content().filter(course=post.course)
        teaching = StudentTeacher.objects.filter(course=post.course, is_active=True)
        return active.filter(
            Q(Exists(enrolled.filter(student=OuterRef("pk"))))
            | Q(Exists(teaching.filter(user=OuterRef("pk"))))
        )
    if post.feed_group == FeedGroup.INSTRUCTOR:
        return people_of(post.creator_id).exclude(pk=post.author_id).order_by("pk")
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
