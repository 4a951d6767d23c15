"""Who reads a feed."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from community.models import FeedGroup, Post
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
