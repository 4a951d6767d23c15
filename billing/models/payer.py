"""Under which id the payment provider knows a member who pays."""

from django.db import models
from django.db.models import Q

from peerloop.kit.rows import Row


class Payer(Row):
    """A member as the payment provider knows them, with the cards that they let it keep.

    PeerLoop never sees a card: it names the payer, and the provider's page offers what it keeps.
    ``removed_at``: it is not named any more, and the provider is asked to delete it.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=10)
    customer_id = models.CharField(max_length=255, unique=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "payers"
        indexes = [
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
                name="payer_to_forget",
            )
        ]

    def __str__(self) -> str:
        return f"payer {self.pk}"
