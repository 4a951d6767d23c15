"""Posts of the feeds, their replies, likes and bookmarks (rules 17)."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import Trigger

LONGEST_POST, LONGEST_REPLY = 5_000, 2_000
DEEPEST_REPLY = 3
EDITABLE_FOR = timedelta(minutes=15)


class FeedGroup(models.TextChoices):
    """Which feed a post belongs to. Posts of members stand in the main feed."""

    USER = "user", "member"
    COURSE = "course", "course"
    INSTRUCTOR = "instructor", "creator"


class PostType(models.TextChoices):
    """What a post is; all but the first need a role (rule FEED-6)."""

    POST = "post", "Post"
    ANNOUNCEMENT = "announcement", "Announcement"
    TEACHING_TIP = "teaching_tip", "Teaching tip"
    AVAILABILITY = "availability", "Free times"


class PostStatus(StatusChoices):
    """Whether people see a post."""

    VISIBLE = "visible", State("ok", "eye", "Visible")
    HIDDEN = "hidden", State("warn", "eye-off", "Hidden until reviewed")
    REMOVED = "removed", State("neutral", "ban", "Removed")
    DELETED = "deleted", State("neutral", "trash-2", "Deleted")


class PostQuerySet(models.QuerySet["Post"]):
    """Filters of posts."""

    def visible(self) -> "PostQuerySet":
        """Those that people see."""
        return self.filter(status=PostStatus.VISIBLE)

    def tops(self) -> "PostQuerySet":
        """Visible posts that are no replies: what feeds list."""
        return self.visible().filter(depth=0)

    def live_reposts(self) -> "PostQuerySet":
        """Reposts that were not taken back, also of posts that are hidden now."""
        return self.filter(
            repost_of__isnull=False, status__in=[PostStatus.VISIBLE, PostStatus.HIDDEN]
        )

    def to_announce(self) -> "PostQuerySet":
        """Announcements whose readers were not all notified."""
        return self.visible().filter(post_type=PostType.ANNOUNCEMENT, announced_at=None)


# Reposts are seen while their post is; a post that is gone stands on top of no feed.
FOLLOW_THEIR_POST = Trigger(
    name="post_takes_its_reposts",
    on="AFTER UPDATE",
    condition="OLD.status IS DISTINCT FROM NEW.status AND NEW.repost_of_id IS NULL",
    body="""
        IF NEW.status = 'visible' THEN
            UPDATE posts SET status = 'visible'
                WHERE repost_of_id = NEW.id AND status = 'hidden';
        ELSE
            UPDATE posts SET status = 'hidden'
                WHERE repost_of_id = NEW.id AND status = 'visible';
            DELETE FROM feed_pins WHERE post_id = NEW.id;
        END IF;
        RETURN NULL;
    """,
)


class Post(HasStatus, Row):
    """A post, or with a ``parent`` a reply to one. ``root`` is the post above all replies.

    With ``repost_of`` it shows that post in its feed, without words of its own (rule FEED-9).
    """

    Status = PostStatus
    TRANSITIONS: ClassVar = {
        PostStatus.VISIBLE: {PostStatus.HIDDEN, PostStatus.REMOVED, PostStatus.DELETED},
        PostStatus.HIDDEN: {PostStatus.VISIBLE, PostStatus.REMOVED, PostStatus.DELETED},
        PostStatus.REMOVED: {PostStatus.VISIBLE, PostStatus.DELETED},
        PostStatus.DELETED: set(),
    }

    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    feed_group = models.CharField(max_length=10, choices=FeedGroup.choices)
    course = models.ForeignKey(
        "catalog.Course",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    creator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    post_type = models.CharField(max_length=12, choices=PostType.choices, default=PostType.POST)
    content = models.TextField(max_length=LONGEST_POST)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    depth = models.PositiveSmallIntegerField(default=0)
    repost_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    is_question = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=PostStatus.choices, default=PostStatus.VISIBLE)
    like_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    repost_count = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True)
    # When all readers of an announcement's feed were notified.
    announced_at = models.DateTimeField(null=True, blank=True)
    # Its feed has so many readers that they read it from there (ADR 24).
    is_pulled = models.BooleanField(default=False, db_default=False, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        db_table = "posts"
        constraints = [
            listed("feed_group", FeedGroup, name="post_feed_group"),
            listed("post_type", PostType, name="post_type"),
            listed("status", PostStatus, name="post_status"),
            models.CheckConstraint(
                condition=Q(feed_group="course", course__isnull=False)
                | Q(~Q(feed_group="course"), course__isnull=True),
                name="post_course",
            ),
            models.CheckConstraint(
                condition=Q(feed_group="instructor", creator__isnull=False)
                | Q(~Q(feed_group="instructor"), creator__isnull=True),
                name="post_creator",
            ),
            models.CheckConstraint(
                condition=Q(depth=0, parent__isnull=True, root__isnull=True)
                | Q(
                    depth__gte=1,
                    depth__lte=DEEPEST_REPLY,
                    parent__isnull=False,
                    root__isnull=False,
                ),
                name="post_depth",
            ),
            models.CheckConstraint(
                condition=Q(repost_of__isnull=False, content__length__lte=LONGEST_POST)
                | Q(content__length__gte=1, depth=0, content__length__lte=LONGEST_POST)
                | Q(content__length__gte=1, depth__gte=1, content__length__lte=LONGEST_REPLY),
                name="post_length",
            ),
            models.CheckConstraint(
                condition=Q(repost_of__isnull=True)
                | Q(depth=0, post_type="post", is_question=False),
                name="post_repost",
            ),
            models.UniqueConstraint(
                fields=["repost_of", "author"],
                condition=Q(status__in=["visible", "hidden"]),
                name="post_repost_once",
            ),
            FOLLOW_THEIR_POST,
        ]
        indexes = [
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(feed_group="user", status="visible", depth=0),
                name="post_main_newest",
            ),
            models.Index(
                fields=["course", "-created_at", "-id"],
                condition=Q(status="visible", depth=0),
                name="post_course_newest",
            ),
            models.Index(
                fields=["course", "-created_at", "-id"],
                condition=Q(status="visible", depth=0, is_question=True),
                name="post_course_questions",
            ),
            models.Index(
                fields=["creator", "-created_at", "-id"],
                condition=Q(status="visible", depth=0),
                name="post_creator_newest",
            ),
            models.Index(fields=["author", "-created_at", "-id"], name="post_author_newest"),
            models.Index(
                fields=["author", "-created_at", "-id"],
                condition=Q(feed_group="user", status="visible", depth=0, repost_of=None),
                name="post_own_newest",
            ),
            models.Index(fields=["root", "created_at", "id"], name="post_replies"),
            models.Index(
                fields=["created_at"],
                condition=Q(post_type="announcement", announced_at=None),
                name="post_to_announce",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_type} {self.pk} in {self.feed_group}"

    @property
    def is_visible(self) -> bool:
        """Whether people see what it says."""
        return self.status == PostStatus.VISIBLE

    @property
    def visible_text(self) -> str:
        """What people read; nothing while it is hidden, removed or deleted."""
        return self.content if self.is_visible else ""


class _Mark(Row):
    """What one member did once with one post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.user_id} on {self.post_id}"


class PostLike(_Mark):
    """A member likes a post (rule FEED-9)."""

    class Meta:
        db_table = "post_likes"
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="post_like_once")]
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="post_like_newest")]


class PostBookmark(_Mark):
    """A member saved a post; nobody else knows (rule FEED-9)."""

    class Meta:
        db_table = "post_bookmarks"
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="post_bookmark_once")]
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="post_bookmark_newest")]
