"""Money in the admin site: read everything, change only through actions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from billing.actions.escrow import clear_flag
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import cancel_payout, retry_payout
from billing.actions.refund_processing import approve_refund, send_refund
from billing.models import (
    BalanceAdjustment,
    CheckoutSession,
    PaymentSplit,
    Payout,
    RefundRequest,
    SplitEvent,
    Transaction,
)
from peerloop.kit import clock
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Refused


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that nobody edits by hand (rule ADM-2): they change through actions."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list's actions need it; the forms have no field to change."""
        return request.user.is_active and obj is None

    def each(self, request: HttpRequest, rows: QuerySet[Any], act: Any) -> None:
        """Run an action on each row for itself; one refusal stops nothing."""
        for row in rows:
            try:
                act(row)
            except Refused as refusal:
                self.message_user(request, f"{row}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, f"{row}: done", messages.SUCCESS)


class SplitInline(admin.TabularInline):
    """The rows behind a payment or payout."""

    model = PaymentSplit
    fields = ("part_no", "share", "recipient", "amount_cents", "status", "session", "releasable_at")
    readonly_fields = fields
    extra = 0
    can_delete = False
    ordering = ["part_no", "share"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class PayoutSplitInline(SplitInline):
    """The rows of a payout."""

    fk_name = "payout"


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    """The queue of payouts: what waits, what went out, what was refused."""

    list_display = ["recipient", "amount", "status", "created_at", "paid_at", "stripe_transfer_id"]
    list_filter = ["status"]
    search_fields = ["recipient__name", "recipient__email", "stripe_transfer_id"]
    list_select_related = ["recipient"]
    ordering = ["-created_at"]
    inlines = [PayoutSplitInline]
    actions = ["process_selected", "cancel_selected", "retry_selected"]

    @admin.display(ordering="amount_cents")
    def amount(self, payout: Payout) -> str:
        """In dollars."""
        return money_text(payout.amount_cents, payout.currency)

    @admin.action(description="Process the selected payouts")
    def process_selected(
        self, request: HttpRequest, queryset: QuerySet[Payout]
    ) -> HttpResponse | None:
        """Preview with the total; confirmed by typing it; then one transfer each (OUT-6, OUT-7)."""
        payouts = list(
            queryset.filter(status__in=["pending", "processing"]).select_related("recipient")
        )
        total = sum(payout.amount_cents for payout in payouts)
        typed = request.POST.get("typed_total", "").replace(",", "").lstrip("$").strip()
        if "confirmed" not in request.POST or typed != f"{total / 100:.2f}":
            if "confirmed" in request.POST:
                self.message_user(request, "The total you typed differs.", messages.ERROR)
            return self._preview(request, payouts, total)
        self.each(
            request,
            payouts,  # type: ignore[arg-type]
            lambda row: process_payout(payout_id=row.pk, by=request.user, at=clock.now()),  # type: ignore[arg-type]
        )
        return None

    def _preview(self, request: HttpRequest, payouts: list[Payout], total: int) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Process payouts",
            "payouts": payouts,
            "total_cents": total,
            "total_text": f"{total / 100:.2f}",
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "admin/billing/process_payouts.html", context)

    @admin.action(description="Cancel the selected payouts")
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Payout]) -> None:
        """Give the rows back to their recipients (rule OUT-4)."""
        self.each(
            request,
            queryset,
            lambda row: cancel_payout(payout_id=row.pk, by=request.user, at=clock.now()),  # type: ignore[arg-type]
        )

    @admin.action(description="Try the selected failed payouts again")
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Payout]) -> None:
        """Make them pending once more with what is available now."""
        self.each(
            request,
            queryset,
            lambda row: retry_payout(payout_id=row.pk, by=request.user, at=clock.now()),  # type: ignore[arg-type]
        )


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyAdmin):
    """Payments with their splits."""

    list_display = ["course", "student", "amount", "status", "refunded_cents", "paid_at"]
    list_filter = ["status"]
    search_fields = ["student__email", "student__name", "stripe_payment_intent_id"]
    list_select_related = ["course", "student"]
    date_hierarchy = "paid_at"
    inlines = [SplitInline]

    @admin.display(ordering="amount_cents")
    def amount(self, payment: Transaction) -> str:
        """In dollars."""
        return money_text(payment.amount_cents, payment.currency)


@admin.register(RefundRequest)
class RefundRequestAdmin(ReadOnlyAdmin):
    """The refund queue, with the computed amounts (rule REF-6)."""

    list_display = ["transaction", "requested_by", "policy", "policy_cents", "status", "created_at"]
    list_filter = ["status", "policy"]
    list_select_related = ["transaction", "requested_by"]
    ordering = ["-created_at"]
    actions = ["approve_selected"]

    @admin.action(description="Approve and send the selected refunds")
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[RefundRequest]) -> None:
        """Approve the computed amount and send it."""

        def act(row: RefundRequest) -> None:
            approve_refund(request=row, by=request.user, at=clock.now())  # type: ignore[arg-type]
            send_refund(request_id=row.pk, at=clock.now())

        self.each(request, queryset, act)


@admin.register(PaymentSplit)
class PaymentSplitAdmin(ReadOnlyAdmin):
    """Every share of every part."""

    list_display = ["transaction", "part_no", "share", "recipient", "amount_cents", "status"]
    list_filter = ["status", "share"]
    search_fields = ["recipient__name", "recipient__email"]
    list_select_related = ["transaction", "recipient"]
    actions = ["clear_flags"]

    @admin.action(description="Clear the creator's flag: hold goes on")
    def clear_flags(self, request: HttpRequest, queryset: QuerySet[PaymentSplit]) -> None:
        """After looking into it (rule ESC-4)."""
        self.each(
            request,
            queryset,
            lambda row: clear_flag(
                split=row,
                reason="looked into by an admin",
                by=request.user,  # type: ignore[arg-type]
                at=clock.now(),
            ),
        )


@admin.register(CheckoutSession)
class CheckoutSessionAdmin(ReadOnlyAdmin):
    """Started payments."""

    list_display = ["course", "student", "amount_cents", "status", "created_at", "expires_at"]
    list_filter = ["status"]
    list_select_related = ["course", "student"]
    search_fields = ["student__email", "stripe_session_id"]


@admin.register(BalanceAdjustment)
class BalanceAdjustmentAdmin(ReadOnlyAdmin):
    """Signed amounts beside the splits."""

    list_display = ["recipient", "amount_cents", "reason", "payout", "created_at"]
    list_filter = ["reason"]
    list_select_related = ["recipient", "payout"]


@admin.register(SplitEvent)
class SplitEventAdmin(ReadOnlyAdmin):
    """The audit trail of splits."""

    list_display = ["split", "from_status", "to_status", "actor", "reason", "at"]
    list_select_related = ["split", "actor"]
    ordering = ["-at"]
