"""What people set beside posts: names in them, pins, and answers that helped (rules 17)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from community.models.post import FeedGroup, Post
from peerloop.kit.rows import Row, listed

MOST_FEED_PINS = 3
MOST_COMPANIONS = 20


class PostMention(Row):
    """A member whose ``@handle`` stands in a post or reply."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "post_mentions"
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="post_mention_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.post_id}"


class FeedPinQuerySet(models.QuerySet["FeedPin"]):
    """Filters of pins."""

    def of(self, feed: Any) -> "FeedPinQuerySet":
        """Those of a feed: its ``course``'s, its ``creator``'s, else the main one's."""
        if feed.course is not None:
            return self.filter(course=feed.course)
        if feed.creator is not None:
            return self.filter(creator=feed.creator)
        return self.filter(feed_group=FeedGroup.USER)


class FeedPin(Row):
    """A post that stands on top of a feed (rule FEED-10).

    ``place``, 1 to 3 and once a feed, keeps there from being more, whoever pins at once.
    """

    feed_group = models.CharField(max_length=10, choices=FeedGroup.choices)
    course = models.ForeignKey(
        "catalog.Course",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    creator = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    pinned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    objects = FeedPinQuerySet.as_manager()

    class Meta:
        db_table = "feed_pins"
        constraints: ClassVar = [
            listed("feed_group", FeedGroup, name="feed_pin_group"),
            models.CheckConstraint(
                condition=Q(feed_group="course", course__isnull=False, creator__isnull=True)
                | Q(feed_group="instructor", creator__isnull=False, course__isnull=True)
                | Q(feed_group="user", course__isnull=True, creator__isnull=True),
                name="feed_pin_feed",
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_FEED_PINS), name="feed_pin_place"
            ),
            models.UniqueConstraint(fields=["course", "place"], name="feed_pin_of_course"),
            models.UniqueConstraint(fields=["creator", "place"], name="feed_pin_of_creator"),
            models.UniqueConstraint(
                fields=["place"], condition=Q(feed_group="user"), name="feed_pin_of_main"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} at {self.place}"


class CompanionPin(Row):
    """A post or an author that a member keeps in sight; nobody else knows (rule FEED-10)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    place = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "companion_pins"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, author__isnull=True)
                | Q(post__isnull=True, author__isnull=False),
                name="companion_pin_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_COMPANIONS), name="companion_pin_place"
            ),
            models.UniqueConstraint(fields=["user", "place"], name="companion_pin_places"),
            models.UniqueConstraint(fields=["user", "post"], name="companion_pin_post"),
            models.UniqueConstraint(fields=["user", "author"], name="companion_pin_author"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.post_id or self.author_id}"


class HelpfulReply(Row):
    """A reply that the asker of a question marked as helpful.

    The row stays when the mark is taken back, so that a reply is announced once.
    """

    reply = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "helpful_replies"

    def __str__(self) -> str:
        return f"{self.reply_id} helped {self.asker_id}"
