"""What a member's own feed is made of: timelines, visits, and what the member wants out of it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from accounts.models import User
from community.models.post import FeedGroup, Post
from peerloop.kit.rows import Row, listed


class TimelineEntry(models.Model):
    """A post that stands in a member's own feed, written when the post is made (ADR 24).

    Derived from follows, enrollments and posts: it says only that the post belongs there, never
    that the member may read it. So it has no foreign keys in the database, which would lock the
    row of each reader, and no index but its key.
    """

    pk = models.CompositePrimaryKey("user_id", "posted_at", "post_id")
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # When the post was made: the order of the timeline.
    posted_at = models.DateTimeField()
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        db_table = "timeline_entries"
        # What is old lies together: a small index finds it for deletion.
        indexes = [BrinIndex(fields=["posted_at"], name="timeline_entry_old")]

    def __str__(self) -> str:
        return f"{self.post_id} in the feed of {self.user_id}"


class WideFeed(Row):
    """A feed with so many readers that its posts are read from it, not written to each (ADR 24).

    ``feed_id``: the course, the creator, or the member whose followers read it.
    """

    feed_group = models.CharField(max_length=10, choices=FeedGroup.choices)
    feed_id = models.UUIDField()
    # The newest post that is read this way.
    newest_at = models.DateTimeField()

    class Meta:
        db_table = "wide_feeds"
        constraints = [
            listed("feed_group", FeedGroup, name="wide_feed_group"),
            models.UniqueConstraint(fields=["feed_group", "feed_id"], name="wide_feed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.feed_group} {self.feed_id}"


class FeedVisit(Row):
    """When a member last looked at a feed, so that what is new to them is known (rule FEED-7).

    ``feed_id``: the course, the creator, or the member themselves for their own feed. Looking
    again within half an hour is the same visit; ``seen_until`` is the end of the one before.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    feed_group = models.CharField(max_length=10, choices=FeedGroup.choices)
    feed_id = models.UUIDField()
    last_visited_at = models.DateTimeField()
    seen_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "feed_visits"
        constraints = [
            listed("feed_group", FeedGroup, name="feed_visit_group"),
            models.UniqueConstraint(
                fields=["user", "feed_group", "feed_id"], name="feed_visit_once"
            ),
            models.CheckConstraint(
                condition=Q(seen_until=None) | Q(seen_until__lte=models.F("last_visited_at")),
                name="feed_visit_seen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.feed_group} {self.feed_id}"


class FeedMute(Row):
    """A member does not want posts of another member, or of one feed, in their own feed."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    course = models.ForeignKey(
        "catalog.Course", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    creator = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "feed_mutes"
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, course=None, creator=None)
                | Q(member=None, course__isnull=False, creator=None)
                | Q(member=None, course=None, creator__isnull=False),
                name="feed_mute_of_one",
            ),
            models.CheckConstraint(
                condition=Q(member=None) | ~Q(member=models.F("user")), name="feed_mute_of_another"
            ),
            models.UniqueConstraint(fields=["user", "member"], name="feed_mute_member_once"),
            models.UniqueConstraint(fields=["user", "course"], name="feed_mute_course_once"),
            models.UniqueConstraint(fields=["user", "creator"], name="feed_mute_creator_once"),
        ]
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="feed_mute_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} mutes {self.member_id or self.course_id or self.creator_id}"


class HiddenPost(Row):
    """A member does not want one post in their own feed."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "hidden_posts"
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="hidden_post_once")]
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="hidden_post_newest")]

    def __str__(self) -> str:
        return f"{self.post_id} hidden by {self.user_id}"
