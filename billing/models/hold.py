"""Why money is frozen: one row for each cause, until that cause is over."""

from django.db import models
from django.db.models import Q

from billing.models.split import PaymentSplit, frozen_means_held
from peerloop.kit.rows import Row, listed
from peerloop.kit.triggers import fixed, never_deleted, never_truncated


class HoldCause(models.TextChoices):
    """What freezes a split; ``Hold.source_id`` is the row named in brackets."""

    FLAG = "flag", "flagged by the creator"  # (session that was taught)
    CANCELLATION = "cancellation", "enrollment cancelled"  # (enrollment)
    DUPLICATE = "duplicate", "paid twice"  # (payment)
    CARD_DISPUTE = "card_dispute", "card dispute"  # (dispute)


class HoldQuerySet(models.QuerySet["Hold"]):
    """Filters of holds."""

    def standing(self) -> "HoldQuerySet":
        """Those that were not lifted."""
        return self.filter(lifted_at=None)


class Hold(Row):
    """A reason for which a split is frozen: it is, exactly while a hold stands on it.

    Placed and lifted by ``billing.ledger`` alone. ``status_before`` is where the split goes back to
    once no hold stands on it any more; all holds of a split that stand at once agree on it.
    """

    Cause = HoldCause

    split = models.ForeignKey(PaymentSplit, on_delete=models.PROTECT, related_name="holds")
    cause = models.CharField(max_length=12, choices=HoldCause.choices)
    source_id = models.UUIDField()
    status_before = models.CharField(max_length=10)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(max_length=2000, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lift_reason = models.TextField(max_length=2000, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        db_table = "holds"
        constraints = [
            models.UniqueConstraint(
                fields=["split", "cause", "source_id"],
                condition=Q(lifted_at=None),
                name="hold_once_a_cause",
            ),
            listed("cause", HoldCause, name="hold_cause"),
            models.CheckConstraint(
                condition=Q(status_before__in=["held", "releasable"]), name="hold_status_before"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | Q(lifted_at__isnull=False), name="hold_lifted_by"
            ),
            fixed(
                "hold_not_edited",
                *("split_id", "cause", "source_id", "status_before", "placed_at", "placed_by_id"),
                message="a hold is not edited, only lifted",
            ),
            fixed(
                "hold_lifted_once",
                "lifted_at",
                "lifted_by_id",
                message="a hold that was lifted stays lifted",
                once="OLD.lifted_at IS NOT NULL",
            ),
            never_deleted("hold_not_deleted"),
            never_truncated("hold_not_truncated"),
            frozen_means_held(
                "hold_freezes", split="NEW.split_id", on="AFTER INSERT OR UPDATE OF lifted_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} on {self.split_id}"
