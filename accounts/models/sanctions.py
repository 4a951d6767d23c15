"""Sanctions: posting bans and suspensions."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models.member import User
from peerloop.kit.rows import Row


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Filters of sanctions."""

    def in_force(self, at: datetime) -> "SanctionQuerySet":
        """Those in force: begun, neither lifted nor over. They end without a task."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), lifted_at=None, starts_at__lte=at)


class Sanction(Row):
    """One decision with its reason, kept as history (rules MOD-4, MOD-6, ROLE-12).

    What it closes is read from the member's row, which the same transaction changes.
    """

    class Kind(models.TextChoices):
        POSTING_BAN = "posting_ban", "posting ban"
        SUSPENSION = "suspension"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    reason = models.TextField(max_length=2000)
    starts_at = models.DateTimeField()
    # Empty: until somebody lifts it, which only an admin may decide (rule MOD-4).
    ends_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The flag that led to it, of a higher app: an id without a foreign key.
    flag_id = models.UUIDField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SanctionQuerySet.as_manager()

    class Meta:
        db_table = "user_sanctions"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["posting_ban", "suspension"]), name="sanction_kind"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="sanction_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("starts_at")),
                name="sanction_lifted_after_start",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | Q(lifted_at__isnull=False),
                name="sanction_lifted_by_and_at",
            ),
            models.CheckConstraint(condition=~Q(user=F("issued_by")), name="sanction_by_another"),
        ]
        indexes = [
            models.Index(
                fields=["user", "kind"], condition=Q(lifted_at=None), name="sanction_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
