"""Papers of money: a receipt for each payment, a credit note for each refund."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from billing.models.payment import Transaction
from billing.models.refund import Refund
from peerloop.kit.rows import Row, listed
from peerloop.kit.triggers import Trigger, append_only, never_truncated

LONGEST_BUYER, LONGEST_ADDRESS, LONGEST_TAX_ID = 100, 400, 40


class PaperKind(models.TextChoices):
    """What a paper says."""

    RECEIPT = "receipt", "Receipt"
    CREDIT_NOTE = "credit_note", "Credit note"


class BillingDetails(Row):
    """What a member wants on their papers, beside their name; used from the next paper on."""

    user = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="billing_details"
    )
    name = models.CharField(max_length=LONGEST_BUYER, blank=True)
    address = models.TextField(max_length=LONGEST_ADDRESS, blank=True)
    tax_id = models.CharField(max_length=LONGEST_TAX_ID, blank=True)

    class Meta:
        db_table = "billing_details"

    def __str__(self) -> str:
        return f"billing details of {self.user_id}"


class Paper(Row):
    """One paper, kept as it was issued. Its number follows the last of its kind and year.

    The number is given by the database when the row is written, and a row never goes: so that
    there are no gaps, also where a transaction is rolled back.
    """

    Kind = PaperKind
    LETTERS: ClassVar = {PaperKind.RECEIPT: "R", PaperKind.CREDIT_NOTE: "C"}

    kind = models.CharField(max_length=11, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveIntegerField(default=0)
    issued_at = models.DateTimeField()
    # When it was paid or went back.
    happened_at = models.DateTimeField()
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="papers", db_index=False
    )
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="paper"
    )
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    seller = models.TextField()
    buyer = models.TextField()
    subject = models.TextField()

    class Meta:
        db_table = "papers"
        constraints = [
            listed("kind", PaperKind, name="paper_kind"),
            models.UniqueConstraint(fields=["kind", "year", "number"], name="paper_number_once"),
            models.UniqueConstraint(
                fields=["transaction"], condition=Q(kind="receipt"), name="paper_one_receipt"
            ),
            models.CheckConstraint(
                condition=Q(kind="receipt", refund__isnull=True)
                | Q(kind="credit_note", refund__isnull=False),
                name="paper_of_payment_or_refund",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="paper_positive"),
            Trigger(
                name="papers_are_numbered",
                on="BEFORE INSERT",
                body="""
                    -- One after the other, so that a number that is rolled back is given again.
                    PERFORM pg_advisory_xact_lock(hashtext('papers'));
                    NEW.year := extract(year FROM NEW.issued_at AT TIME ZONE 'UTC');
                    SELECT coalesce(max(number), 0) + 1 INTO NEW.number
                        FROM papers WHERE kind = NEW.kind AND year = NEW.year;
                    RETURN NEW;
                """,
            ),
            append_only("papers_append_only"),
            never_truncated("papers_not_truncated"),
        ]
        indexes = [
            models.Index(fields=["transaction", "issued_at"], name="paper_of_payment"),
            models.Index(F("issued_at").desc(), name="paper_newest"),
            models.Index(fields=["kind", "happened_at"], name="paper_happened"),
        ]

    def __str__(self) -> str:
        return self.full_number

    @property
    def full_number(self) -> str:
        """As it is printed: R-2026-000123."""
        return f"{self.LETTERS[PaperKind(self.kind)]}-{self.year}-{self.number:06d}"
