"""By what two accounts of one purse are known."""

from django.db import models

from peerloop.kit.rows import Row, listed


class MarkKind(models.TextChoices):
    """What leaves the mark."""

    CARD = "card", "Card"
    PAYOUT = "payout", "Payout account"


class MoneyMark(Row):
    """A card that a member paid with, or a bank account that they are paid to (rule GW-7).

    ``mark`` is the provider's fingerprint: the same for the same card or account whoever uses it,
    and it says nothing else. Goodwill does not move between members who share one.
    """

    Kind = MarkKind

    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=6, choices=MarkKind.choices)
    mark = models.CharField(max_length=64)

    class Meta:
        db_table = "money_marks"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "mark"], name="money_mark_once"),
            listed("kind", MarkKind, name="money_mark_kind"),
        ]
        indexes = [models.Index(fields=["mark", "user"], name="money_mark_shared")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
