"""Community moderators: who keeps order among a creator's people (rules ROLE-9, MOD-5)."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from peerloop.kit.rows import Row


class CommunityModeratorQuerySet(models.QuerySet["CommunityModerator"]):
    """Filters of appointments."""

    def active(self) -> "CommunityModeratorQuerySet":
        """Those that have not ended."""
        return self.filter(is_active=True)


class CommunityModerator(Row):
    """A creator's appointment of a member, for the creator's feed and those of all their courses.

    Appointments that ended stay as history; a member can be appointed again.
    """

    creator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    appointed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    # Who ended it: the creator, an admin, or the moderator.
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=2000, blank=True)

    objects = CommunityModeratorQuerySet.as_manager()

    class Meta:
        db_table = "community_moderators"
        constraints = [
            models.UniqueConstraint(
                fields=["creator", "user"],
                condition=Q(is_active=True),
                name="community_moderator_once",
            ),
            models.CheckConstraint(
                condition=~Q(creator=F("user")), name="community_moderator_is_another"
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, revoked_at=None, revoked_by=None)
                | Q(is_active=False, revoked_at__isnull=False, revoked_by__isnull=False),
                name="community_moderator_ended_by",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creator", "-is_active", "-created_at", "-id"],
                name="community_moderator_newest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} moderates for {self.creator_id}"
