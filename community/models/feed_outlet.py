"""What has to be sent to a feed provider outside: posts, and who follows what (rules FEED-4, 12).

The rows say what to look at again; whoever sends reads what is true by then. So an order that is
late, comes twice or overtakes another does no harm.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from community.models.post import Post
from peerloop.kit.rows import Row, listed
from peerloop.kit.statements import statement
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import Trigger

IS_ON = "EXISTS (SELECT FROM feed_outlets WHERE is_on)"


class FeedOutlet(models.Model):
    """A provider outside, since it was first used: whether it is on, how it fares, how far the
    comparison of all posts and members has come.

    ``away_since``: when it stopped answering; ``away_until``: it is not asked before.
    """

    name = models.CharField(max_length=20, primary_key=True)
    is_on = models.BooleanField(default=True)
    away_since = models.DateTimeField(null=True, blank=True)
    away_until = models.DateTimeField(null=True, blank=True)
    rests = models.PositiveIntegerField(default=0)
    # The comparison goes through all posts, then all members, in the order of their keys.
    compares_members = models.BooleanField(default=False)
    seen_to = models.UUIDField(null=True, blank=True)
    seen_all_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "feed_outlets"

    def __str__(self) -> str:
        return self.name


class OutgoingStatus(StatusChoices):
    """Whether the provider knows what it should."""

    WAITING = "waiting", State("info", "clock", "Waiting")
    SENT = "sent", State("ok", "check", "Sent")
    FAILED = "failed", State("danger", "triangle-alert", "Refused")


class OutgoingQuerySet(models.QuerySet[Any]):
    """Filters of what is to be sent."""

    def due(self, at: datetime) -> "OutgoingQuerySet":
        """What is to be sent now and in no other worker's hands."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=at)
        return self.filter(free, status=OutgoingStatus.WAITING, next_try_at__lte=at)

    def look_again(self, at: datetime) -> int:
        """Let these be sent again; how many. What is being sent now is sent once more."""
        return self.update(
            status=OutgoingStatus.WAITING,
            version=F("version") + 1,
            tries=0,
            next_try_at=at,
            updated_at=at,
        )


class Outgoing(models.Model):
    """Something that the provider may not know yet.

    ``version`` grows with each change, so that what was sent before a change does not count as
    sent after it. ``claimed_until``: a worker sends it now, or died while it did.
    """

    Status = OutgoingStatus

    status = models.CharField(
        max_length=7, choices=OutgoingStatus.choices, default=OutgoingStatus.WAITING
    )
    version = models.PositiveIntegerField(default=1)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


# On the table and not in the actions: moderation, erasure and scripts hide and blank posts too.
POST_CHANGED = Trigger(
    name="posts_feed_delivery",
    table="posts",
    on="AFTER INSERT OR UPDATE OF status, edited_at",
    condition="NEW.depth = 0",
    body=statement(
        """
        IF {is_on} THEN
            INSERT INTO feed_deliveries AS kept (post_id, created_at, updated_at, status, version,
                    tries, next_try_at, error, is_held, activity_id)
                VALUES (NEW.id, NEW.updated_at, NEW.updated_at, 'waiting', 1,
                    0, NEW.updated_at, '', false, '')
                ON CONFLICT (post_id) DO UPDATE SET status = 'waiting', tries = 0,
                    version = kept.version + 1, next_try_at = EXCLUDED.next_try_at,
                    updated_at = EXCLUDED.updated_at;
        END IF;
        RETURN NULL;
        """,
        is_on=IS_ON,
    ),
)
# Whose account is closed leaves the provider at once, and comes back with it.
AUTHOR_CHANGED = Trigger(
    name="users_feed_deliveries",
    table="users",
    on="AFTER UPDATE OF deleted_at",
    condition="(OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)",
    body="""
        UPDATE feed_deliveries SET status = 'waiting', tries = 0, version = version + 1,
                next_try_at = NEW.updated_at, updated_at = NEW.updated_at
            WHERE post_id IN (SELECT id FROM posts WHERE author_id = NEW.id);
        RETURN NULL;
    """,
)


class FeedDelivery(Outgoing):
    """A post, and whether the provider holds it. ``is_held``: it does, or may.

    Written by triggers on posts and members, so in the transaction of whoever changes them.
    """

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, primary_key=True, related_name="delivery"
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    is_held = models.BooleanField(default=False)
    activity_id = models.CharField(max_length=100, blank=True)

    objects: ClassVar = OutgoingQuerySet.as_manager()

    class Meta:
        db_table = "feed_deliveries"
        constraints = [
            listed("status", OutgoingStatus, name="feed_delivery_status"),
            POST_CHANGED,
            AUTHOR_CHANGED,
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(status="waiting"), name="feed_delivery_due"
            ),
            models.Index(
                fields=["updated_at"], condition=Q(status="failed"), name="feed_delivery_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.status}"


class FeedFollow(Outgoing, Row):
    """A feed that a member's timeline follows at the provider, or is to follow no more."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    group = models.CharField(max_length=12)
    key = models.CharField(max_length=40)
    is_wanted = models.BooleanField(default=True)

    objects: ClassVar = OutgoingQuerySet.as_manager()

    class Meta:
        db_table = "feed_follows"
        constraints = [
            listed("status", OutgoingStatus, name="feed_follow_status"),
            models.UniqueConstraint(fields=["user", "group", "key"], name="feed_follow_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(status="waiting"), name="feed_follow_due"
            ),
            models.Index(
                fields=["updated_at"], condition=Q(status="failed"), name="feed_follow_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.group}:{self.key}"


def _marks(name: str, *, table: str, on: str, whose: str, unless: str = "false") -> Trigger:
    """Note that somebody's feeds may have changed. Rows are only added, so nobody waits."""
    return Trigger(
        name=name,
        table=table,
        on=on,
        body=statement(
            """
            IF {unless} THEN
                RETURN NULL;
            END IF;
            IF {is_on} THEN
                INSERT INTO feed_marks (user_id) VALUES ({whose});
            END IF;
            RETURN NULL;
            """,
            unless=unless,
            is_on=IS_ON,
            whose=whose,
        ),
    )


class FeedMark(models.Model):
    """A member whose feeds may have changed: what they may read is looked at again.

    Written by triggers on every table that decides about it (rule FEED-1).
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "feed_marks"
        constraints = [
            _marks(
                "enrollments_feed_mark",
                table="enrollments",
                on="AFTER INSERT OR UPDATE OF status",
                whose="NEW.student_id",
            ),
            _marks(
                "student_teachers_feed_mark",
                table="student_teachers",
                on="AFTER INSERT OR DELETE OR UPDATE OF is_active",
                whose="coalesce(NEW.user_id, OLD.user_id)",
            ),
            _marks(
                "instructor_followers_feed_mark",
                table="instructor_followers",
                on="AFTER INSERT OR DELETE",
                whose="coalesce(NEW.user_id, OLD.user_id)",
            ),
            _marks(
                "community_moderators_feed_mark",
                table="community_moderators",
                on="AFTER INSERT OR DELETE OR UPDATE",
                whose="coalesce(NEW.user_id, OLD.user_id)",
            ),
            _marks(
                "follows_feed_mark",
                table="follows",
                on="AFTER INSERT OR DELETE",
                whose="coalesce(NEW.follower_id, OLD.follower_id)",
            ),
            _marks(
                "courses_feed_mark",
                table="courses",
                on="AFTER INSERT OR UPDATE OF creator_id",
                whose="NEW.creator_id",
            ),
            _marks(
                "users_feed_mark",
                table="users",
                on="AFTER INSERT OR UPDATE OF is_creator, is_active, suspended_at, deleted_at",
                whose="NEW.id",
                unless="TG_OP = 'UPDATE'"
                " AND (OLD.is_creator, OLD.is_active, OLD.suspended_at, OLD.deleted_at)"
                " IS NOT DISTINCT FROM"
                " (NEW.is_creator, NEW.is_active, NEW.suspended_at, NEW.deleted_at)",
            ),
        ]

    def __str__(self) -> str:
        return f"look at {self.user_id}"
