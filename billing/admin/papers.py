"""Receipts and credit notes: read only, with their PDF."""

from django.contrib import admin

from billing.admin.base import MoneyAdmin, in_words
from billing.models import Paper


@admin.register(Paper)
class PaperAdmin(MoneyAdmin):
    """Numbered without gaps, never changed."""

    list_display = ["full_number", "buyer_line", "amount", "issued_at"]
    list_filter = ["kind"]
    search_fields = ["transaction__student__name"]
    ordering = ["-issued_at"]

    @admin.display(description="number")
    def full_number(self, paper: Paper) -> str:
        """As it is printed."""
        return paper.full_number

    @admin.display(description="to")
    def buyer_line(self, paper: Paper) -> str:
        """Whom it is addressed to."""
        return paper.buyer.split("\n")[0]

    @admin.display(ordering="amount_cents")
    def amount(self, paper: Paper) -> str:
        """In its currency."""
        return in_words(paper.amount_cents, paper.currency)
