"""Posts of course feeds that their authors brought into the main feed for some days (FEED-11)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.models.member import active_member
from community.models.feed_outlet import IS_ON
from community.models.post import Post, PostStatus
from peerloop.kit.rows import HasStatus, Row, TsTzRange, listed
from peerloop.kit.statements import statement
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import Trigger, transitions

# Rule FEED-11: so many points a day, from one day to a week, and so many posts of one member.
POINTS_A_DAY, MOST_DAYS, MOST_AT_ONCE = 50, 7, 3
PRICES = tuple(POINTS_A_DAY * days for days in range(1, MOST_DAYS + 1))
SPAN = TsTzRange("starts_at", "expires_at", RangeBoundary())


def span_of(points: int) -> timedelta:
    """How long so many points keep a post in the main feed."""
    return timedelta(days=1) * points / POINTS_A_DAY


class PromotionStatus(StatusChoices):
    """Whether a promotion still counts. Its end counts also before a task wrote it down."""

    LIVE = "live", State("ok", "megaphone", "In the main feed")
    ENDED = "ended", State("neutral", "check", "Ended")
    LOST = "lost", State("neutral", "ban", "Lost with its post")


class PromotedPostQuerySet(models.QuerySet["PromotedPost"]):
    """Filters of promotions."""

    def standing(self, at: datetime) -> "PromotedPostQuerySet":
        """Those whose days are not over and whose post was not removed."""
        return self.filter(status=PromotionStatus.LIVE, starts_at__lte=at, expires_at__gt=at)

    def shown(self, at: datetime) -> "PromotedPostQuerySet":
        """The same, if people see the post and its author is a member who may sign in."""
        seen = Q(active_member("author__"), post__status=PostStatus.VISIBLE)
        return self.standing(at).filter(seen)

    def in_the_way(self, at: datetime) -> "PromotedPostQuerySet":
        """Those beside which none of the same post or place may begin, as the constraints say.

        Also what a clock that ran ahead began or ended.
        """
        return self.filter(~Q(status=PromotionStatus.LOST), expires_at__gt=at)

    def over(self, at: datetime) -> "PromotedPostQuerySet":
        """Those that ended and are not written down as ended."""
        return self.filter(status=PromotionStatus.LIVE, expires_at__lte=at)


# Whoever removes or deletes the post need not know of it.
LOST_WITH_ITS_POST = Trigger(
    name="post_loses_its_promotion",
    table="posts",
    on="AFTER UPDATE OF status",
    condition="OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('removed', 'deleted')",
    body="""
        UPDATE promoted_posts SET status = 'lost', updated_at = NEW.updated_at
            WHERE post_id = NEW.id AND status = 'live';
        RETURN NULL;
    """,
)
# A provider outside holds the post in the main feed too, from its first to its last day.
PROMOTION_CHANGED = Trigger(
    name="promoted_posts_feed_delivery",
    on="AFTER INSERT OR UPDATE OF status",
    body=statement(
        """
        IF {is_on} THEN
            UPDATE feed_deliveries SET status = 'waiting', tries = 0, version = version + 1,
                    next_try_at = NEW.updated_at, updated_at = NEW.updated_at
                WHERE post_id = NEW.post_id;
        END IF;
        RETURN NULL;
        """,
        is_on=IS_ON,
    ),
)


STEPS: dict[str, set[str]] = {
    PromotionStatus.LIVE: {PromotionStatus.ENDED, PromotionStatus.LOST},
    PromotionStatus.ENDED: set(),
    PromotionStatus.LOST: set(),
}


class PromotedPost(HasStatus, Row):
    """A post of a course that stands in the main feed until ``expires_at``.

    Who pays for it, and how, is not known here. ``place``, 1 to 3, keeps a member from having more
    at once, whoever promotes at the same moment.
    """

    Status = PromotionStatus
    TRANSITIONS: ClassVar = STEPS

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    points_spent = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(
        max_length=5, choices=PromotionStatus.choices, default=PromotionStatus.LIVE
    )

    objects = PromotedPostQuerySet.as_manager()

    class Meta:
        db_table = "promoted_posts"
        constraints: ClassVar = [
            listed("status", PromotionStatus, name="promoted_post_status"),
            models.CheckConstraint(
                condition=Q(points_spent__in=PRICES), name="promoted_post_points"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("starts_at")), name="promoted_post_span"
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_AT_ONCE), name="promoted_post_place"
            ),
            ExclusionConstraint(
                name="promoted_post_once",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    (
                        TsTzRange("starts_at", "expires_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(status=PromotionStatus.LOST.value),
            ),
            ExclusionConstraint(
                name="promoted_post_places",
                expressions=[
                    ("author", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    (
                        TsTzRange("starts_at", "expires_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(status=PromotionStatus.LOST.value),
            ),
            transitions("promoted_post_transitions", STEPS, what="a promotion"),
            LOST_WITH_ITS_POST,
            PROMOTION_CHANGED,
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], condition=Q(status="live"), name="promoted_post_live"
            ),
            models.Index(fields=["author", "-created_at"], name="promoted_post_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} for {self.points_spent} points"
