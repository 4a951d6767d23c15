"""The payment provider's books beside ours: what it listed, each look, each difference."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from peerloop.kit.rows import Row, listed
from peerloop.kit.triggers import append_only, never_deleted, never_truncated


class EntryKind(models.TextChoices):
    """What the provider lists; as ``billing.providers.base.BookKind``."""

    CHARGE = "charge", "Payments"
    REFUND = "refund", "Refunds"
    TRANSFER = "transfer", "Transfers to members"
    DISPUTE = "dispute", "Card disputes"
    BANK_PAYOUT = "payout", "Payouts to our bank"


class ProviderEntry(Row):
    """One object of the provider's books, as it stood when it was listed last."""

    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    object_id = models.CharField(max_length=255, unique=True)
    made_at = models.DateTimeField()
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=40, blank=True)
    payment_id = models.CharField(max_length=255, blank=True)
    charge_id = models.CharField(max_length=255, blank=True)
    group = models.CharField(max_length=255, blank=True)
    back_cents = models.BigIntegerField(default=0)
    fee_cents = models.BigIntegerField(null=True, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "provider_entries"
        verbose_name_plural = "provider entries"
        constraints = [
            listed("kind", EntryKind, name="provider_entry_kind"),
            never_deleted("provider_entry_not_deleted"),
            never_truncated("provider_entries_not_truncated"),
        ]
        indexes = [
            models.Index(fields=["kind", "-made_at"], name="provider_entry_newest"),
            models.Index(fields=["-made_at"], name="provider_entry_made"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class BooksLook(Row):
    """One look at the provider's books of a span, page by page; it goes on where it stopped."""

    since = models.DateTimeField()
    until = models.DateTimeField()
    # What is listed now, and the last object that was read of it.
    kind = models.CharField(max_length=8, choices=EntryKind.choices, default=EntryKind.CHARGE)
    after = models.CharField(max_length=255, blank=True)
    entries = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    # Why the last try did not get on; empty once it did.
    error = models.TextField(max_length=500, blank=True)

    class Meta:
        db_table = "books_looks"
        constraints = [
            listed("kind", EntryKind, name="books_look_kind"),
            models.CheckConstraint(
                condition=Q(since__lt=models.F("until")), name="books_look_span"
            ),
            models.UniqueConstraint(
                models.Value(1), condition=Q(finished_at=None), name="books_one_look_at_a_time"
            ),
            never_deleted("books_look_not_deleted"),
        ]
        indexes = [models.Index(fields=["-began_at"], name="books_look_newest")]

    def __str__(self) -> str:
        return f"look at {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


class DifferenceKind(models.TextChoices):
    """What differs, as an admin reads it."""

    CHARGE_UNKNOWN = "charge_unknown", "A payment there is not in our ledger"
    CHARGE_AMOUNT = "charge_amount", "A payment has another amount there"
    CHARGE_BACK = "charge_back", "Another sum went back of a payment there"
    CHARGE_MISSING = "charge_missing", "A payment of ours is not in their books"
    REFUND_UNKNOWN = "refund_unknown", "A refund there is not in our ledger"
    REFUND_AMOUNT = "refund_amount", "A refund has another amount there"
    REFUND_FAILED = "refund_failed", "A refund failed there, and our ledger does not say so"
    REFUND_MISSING = "refund_missing", "A refund of ours is not in their books"
    TRANSFER_UNKNOWN = "transfer_unknown", "A transfer there belongs to no payout"
    TRANSFER_AMOUNT = "transfer_amount", "A transfer has another amount there"
    TRANSFER_BACK = "transfer_back", "Another sum was taken back of a transfer there"
    TRANSFER_MISSING = "transfer_missing", "A paid payout has no transfer in their books"
    DISPUTE_UNKNOWN = "dispute_unknown", "A card dispute there is not known here"
    DISPUTE_STATE = "dispute_state", "A card dispute stands differently there"
    DISPUTE_MISSING = "dispute_missing", "A card dispute of ours is not in their books"
    BANK_PAYOUT_FAILED = "bank_payout_failed", "Our bank did not take a payout"


K = DifferenceKind
EVENTS = "Work the event again (webhook events), or run `manage.py reconcile`."
CURES = {
    K.CHARGE_UNKNOWN: f"{EVENTS} If it belongs to no checkout, refund it at the provider.",
    K.CHARGE_AMOUNT: "Compare checkout and payment; refund the difference, or explain it.",
    K.CHARGE_BACK: f"{EVENTS} Then compare the refunds of the payment one by one.",
    K.CHARGE_MISSING: "Check that the keys are those of this installation; look the payment up.",
    K.REFUND_UNKNOWN: EVENTS,
    K.REFUND_AMOUNT: "Compare the refund with its request; correct the balance by an adjustment.",
    K.REFUND_FAILED: f"{EVENTS} Then send the refund again.",
    K.REFUND_MISSING: "Look the refund up at the provider; send it again if the payer has nothing.",
    K.TRANSFER_UNKNOWN: "Reverse it at the provider, or explain for what it was made.",
    K.TRANSFER_AMOUNT: "Correct the recipient's balance by an adjustment.",
    K.TRANSFER_BACK: EVENTS,
    K.TRANSFER_MISSING: "Look the transfer up at the provider; the recipient may have nothing.",
    K.DISPUTE_UNKNOWN: EVENTS,
    K.DISPUTE_STATE: EVENTS,
    K.DISPUTE_MISSING: "Look the dispute up at the provider.",
    K.BANK_PAYOUT_FAILED: "Correct the bank account at the provider, and pay out again there.",
}


class BooksDifferenceQuerySet(models.QuerySet["BooksDifference"]):
    """Filters of differences."""

    def standing(self) -> "BooksDifferenceQuerySet":
        """Those that the last look found still."""
        return self.filter(gone_at=None)

    def unexplained(self) -> "BooksDifferenceQuerySet":
        """Those of them that nobody explained."""
        return self.standing().filter(explained_at=None)


class BooksDifference(Row):
    """A difference between the provider's books and ours, until a look finds it gone."""

    Kind = DifferenceKind
    CURES: ClassVar = CURES

    kind = models.CharField(max_length=18, choices=DifferenceKind.choices)
    # The object's id there, or if there is none the id of our row.
    about = models.CharField(max_length=255)
    happened_at = models.DateTimeField()
    theirs = models.CharField(max_length=100, blank=True)
    ours = models.CharField(max_length=100, blank=True)
    first_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    explained_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    explanation = models.TextField(max_length=2000, blank=True)

    objects = BooksDifferenceQuerySet.as_manager()

    class Meta:
        db_table = "books_differences"
        constraints = [
            listed("kind", DifferenceKind, name="books_difference_kind"),
            models.UniqueConstraint(
                fields=["kind", "about"],
                condition=Q(gone_at=None),
                name="books_difference_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(explained_at=None, explanation="")
                | Q(explained_at__isnull=False) & ~Q(explanation=""),
                name="books_difference_is_explained",
            ),
            never_deleted("books_difference_not_deleted"),
        ]
        indexes = [
            models.Index(
                fields=["happened_at"], condition=Q(gone_at=None), name="books_difference_standing"
            ),
            models.Index(fields=["-first_seen_at"], name="books_difference_newest"),
            models.Index(fields=["about"], name="books_difference_about"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def cure(self) -> str:
        """What to do about it."""
        return CURES[DifferenceKind(self.kind)]


class MoneyDay(Row):
    """What the ledger said at the check of a day, sealed together with the day before.

    ``figures`` are sums since the beginning; ``findings`` what the checks found, at most 50 of
    ``found``. A seal is the SHA-256 of the day's words, the seal before it among them.
    """

    day = models.DateField(unique=True)
    checked_at = models.DateTimeField()
    figures = models.JSONField()
    found = models.PositiveIntegerField()
    findings = models.JSONField()
    seal_before = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)

    class Meta:
        db_table = "money_days"
        constraints = [
            models.UniqueConstraint(fields=["seal_before"], name="money_day_follows_one"),
            append_only("money_days_append_only"),
            never_truncated("money_days_not_truncated"),
        ]
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}: {self.found} differences"
