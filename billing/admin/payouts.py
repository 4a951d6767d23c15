"""The queue of payouts: what waits, what is owed to those who did not ask, what was refused."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from accounts.audit.admin_pages import ReasonForm, ask_then_do
from accounts.audit.log import because
from accounts.requests import acting
from billing.actions.payout_batches import open_for_all
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import cancel_payout, retry_payout
from billing.admin.base import MoneyAdmin, SplitInline, attempt, in_words
from billing.models import BalanceAdjustment, Payout, TransferReversal
from billing.queries import PayoutCheck, checked_payouts, pending_recipients
from peerloop.kit import clock

MOST_AT_ONCE = 200


class PayoutSplitInline(SplitInline):
    """The rows of a payout."""

    fk_name = "payout"


class PayoutAdjustmentInline(admin.TabularInline):
    """The signed amounts beside the rows of a payout."""

    model = BalanceAdjustment
    fields = readonly_fields = ("amount_cents", "reason", "note", "created_by")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Payout)
class PayoutAdmin(MoneyAdmin):
    """Process, cancel, try again; each act is one action and leaves its line in the log."""

    list_display = ["recipient", "amount", "status", "created_at", "paid_at", "failure_reason"]
    list_filter = ["status", ("created_at", admin.DateFieldListFilter)]
    search_fields = ["recipient__name", "recipient__email", "stripe_transfer_id__exact"]
    place_in_search = 50
    list_select_related = ["recipient"]
    inlines = [PayoutSplitInline, PayoutAdjustmentInline]
    actions = ["process_selected", "cancel_selected", "retry_selected"]
    change_list_template = "admin/billing/payout_queue.html"

    @admin.display(ordering="amount_cents")
    def amount(self, payout: Payout) -> str:
        """In dollars."""
        return in_words(payout.amount_cents, payout.currency)

    def get_urls(self) -> list[URLPattern]:
        """One page more: what is owed to those who did not ask."""
        owed = self.admin_site.admin_view(self.owed)
        return [path("owed/", owed, name="billing_payout_owed"), *super().get_urls()]

    def owed(self, request: HttpRequest) -> HttpResponse:
        """Everybody with released earnings (OUT-8); with POST, a payout for all who can be paid."""
        if request.method == "POST":
            why = ReasonForm(request.POST)
            if not why.is_valid():
                messages.error(request, "Say why; it goes into the audit log.")
                return redirect("admin:billing_payout_owed")
            with because(why.cleaned_data["reason"]):
                refused = open_for_all(by=acting(request), at=clock.now())
            for outcome in refused:
                messages.error(request, f"{outcome.recipient}: {outcome.error}")
            messages.success(request, "Payouts are open for everybody who can be paid.")
            return redirect(reverse("admin:billing_payout_changelist") + "?status__exact=pending")
        rows = pending_recipients()
        return self.page(
            request,
            "owed",
            "Owed, in no payout yet",
            rows=rows,
            why=ReasonForm(),
            total_cents=sum(row.amount_cents for row in rows),
        )

    @admin.action(description="Process the selected payouts")
    def process_selected(
        self, request: HttpRequest, queryset: QuerySet[Payout]
    ) -> HttpResponse | None:
        """Preview with the total; confirmed by typing it; then one transfer each (OUT-6, OUT-7)."""
        checks = checked_payouts(queryset[:MOST_AT_ONCE], by=acting(request))
        total = sum(check.payout.amount_cents for check in checks)
        why = ReasonForm(request.POST if "confirmed" in request.POST else None)
        if not why.is_valid() or not _is_total(request, total):
            if why.is_valid():
                messages.error(request, "The total you typed differs. Nothing was sent.")
            return self._preview(request, checks, total, why)
        with because(why.cleaned_data["reason"]):
            results = [self._process(request, check) for check in checks]
        return self.page(request, "payout_results", "What became of the payouts", results=results)

    def _preview(
        self, request: HttpRequest, checks: list[PayoutCheck], total: int, why: ReasonForm
    ) -> HttpResponse:
        return self.page(
            request,
            "process_payouts",
            "Process payouts",
            checks=checks,
            why=why,
            total_cents=total,
            total_text=f"{total / 100:.2f}",
        )

    def _process(self, request: HttpRequest, check: PayoutCheck) -> Payout:
        payout = check.payout
        by, at = acting(request), clock.now()
        attempt(
            request,
            payout.recipient.name,
            lambda: process_payout(payout_id=payout.pk, by=by, at=at),
        )
        payout.refresh_from_db()
        return payout

    @admin.action(description="Cancel the selected payouts, with a reason")
    def cancel_selected(
        self, request: HttpRequest, queryset: QuerySet[Payout]
    ) -> HttpResponse | None:
        """Give the rows back to their recipients (rule OUT-4)."""
        by, at = acting(request), clock.now()
        return ask_then_do(
            self,
            request,
            queryset.select_related("recipient"),
            action="cancel_selected",
            title="Cancel payouts",
            form_class=ReasonForm,
            act=lambda row, given: cancel_payout(payout_id=row.pk, by=by, at=at, **given),
        )

    @admin.action(description="Try the selected failed payouts again")
    def retry_selected(
        self, request: HttpRequest, queryset: QuerySet[Payout]
    ) -> HttpResponse | None:
        """Make them pending once more with what is available now; process them next."""
        by = acting(request)
        return ask_then_do(
            self,
            request,
            queryset.select_related("recipient"),
            action="retry_selected",
            title="Try again",
            act=lambda row, given: retry_payout(payout_id=row.pk, by=by, at=clock.now()),
        )


@admin.register(TransferReversal)
class TransferReversalAdmin(MoneyAdmin):
    """Tries to take back what was paid (rule REF-9)."""

    list_display = ["payout", "amount", "status", "error", "created_at"]
    list_filter = ["status"]
    list_select_related = ["payout"]

    @admin.display(ordering="amount_cents")
    def amount(self, reversal: TransferReversal) -> str:
        """In dollars."""
        return in_words(reversal.amount_cents, reversal.payout.currency)


def _is_total(request: HttpRequest, cents: int) -> bool:
    """Whether the typed total is the one on the page; ``$1,234.50`` and ``1234.5`` are the same."""
    typed = request.POST.get("typed_total", "").replace(",", "").replace("$", "").strip()
    try:
        return Decimal(typed) == Decimal(cents) / 100
    except InvalidOperation:
        return False
