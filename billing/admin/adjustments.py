"""Signed amounts beside the shares; the only rows of money that an admin writes (rule REF-10)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.audit.log import require_proof
from accounts.requests import acting
from billing.actions.adjusting import adjust_balance
from billing.admin.base import MoneyAdmin, amount_field, cents_of, in_words
from billing.models import BalanceAdjustment
from peerloop.kit import clock
from peerloop.kit.refusals import Refused
from scheduling.models import Session


class AdjustForm(forms.Form):
    """For which session, how much, and why."""

    session = forms.ModelChoiceField(
        Session.objects.none(), widget=forms.TextInput(), label="Session id"
    )
    amount = amount_field(
        label="Amount in dollars",
        help_text="Negative takes from the teacher's balance, positive adds to it.",
    )
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
        help_text="The teacher reads it.",
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["session"].queryset = Session.objects.select_related("teacher", "course")  # type: ignore[attr-defined]


@admin.register(BalanceAdjustment)
class BalanceAdjustmentAdmin(MoneyAdmin):
    """Corrections, claw-backs, charge-backs and credits."""

    list_display = ["recipient", "amount", "reason", "note", "payout", "created_by", "created_at"]
    list_filter = ["reason"]
    search_fields = ["recipient__name", "recipient__email", "note"]
    list_select_related = ["recipient", "payout", "created_by"]

    @admin.display(ordering="amount_cents")
    def amount(self, adjustment: BalanceAdjustment) -> str:
        """In dollars, signed."""
        return in_words(adjustment.amount_cents)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Through the form below, which is one action."""
        return True

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Charge a teacher back for a session, or credit them for it."""
        require_proof()
        form = AdjustForm(request.POST or None)
        if form.is_valid():
            try:
                made = adjust_balance(
                    session=form.cleaned_data["session"],
                    amount_cents=cents_of(form.cleaned_data["amount"]),
                    reason=form.cleaned_data["reason"],
                    by=acting(request),
                    at=clock.now(),
                )
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, f"{in_words(made.amount_cents)} for {made.recipient}.")
                return redirect("admin:billing_balanceadjustment_changelist")
        return self.page(request, "adjust", "Charge back or credit a teacher", form=form)
