"""What we keep of the payment provider's side."""

from django.db import models
from django.db.models import Q

from peerloop.kit.rows import Row


class PayoutAccount(Row):
    """What the provider said last of a member's payout account (rule OUT-9).

    The account's id and state stand on the member; here is what is missing and how old the word
    is. ``generation`` counts accounts given up, so that a new one is asked for under a new key.
    """

    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="+")
    generation = models.PositiveSmallIntegerField(default=1)
    missing = models.JSONField(default=list, blank=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "payout_accounts"

    def __str__(self) -> str:
        return f"payout account of {self.user_id}"


class LocalPaymentObject(Row):
    """One object on the server side of the ``local`` payment provider.

    A stand-in for what a vendor keeps: ``data`` has the shape of Stripe's object. Nothing outside
    ``billing.providers.local*`` reads it. An event waits while ``delivered_at`` is empty.
    """

    class Kind(models.TextChoices):
        CHECKOUT = "checkout"
        CUSTOMER = "customer"
        PAYMENT = "payment"
        CHARGE = "charge"
        REFUND = "refund"
        ACCOUNT = "account"
        TRANSFER = "transfer"
        REVERSAL = "reversal"
        DISPUTE = "dispute"
        EVENT = "event"

    object_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    belongs_to = models.CharField(max_length=255, blank=True)
    idempotency_key = models.CharField(max_length=255, unique=True, null=True, blank=True)
    data = models.JSONField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "local_payment_objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "checkout",
                        "customer",
                        "payment",
                        "charge",
                        "refund",
                        "account",
                        "transfer",
                        "reversal",
                        "dispute",
                        "event",
                    ]
                ),
                name="local_payment_kind",
            )
        ]
        indexes = [
            models.Index(fields=["kind", "belongs_to"], name="local_payment_belongs"),
            models.Index(
                fields=["created_at"],
                condition=Q(kind="event", delivered_at=None),
                name="local_payment_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.object_id
