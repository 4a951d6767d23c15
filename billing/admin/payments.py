"""Payments, their shares, and what sends part of them back."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReasonForm, ask_then_do
from accounts.requests import acting
from billing.actions.escrow import clear_flag
from billing.actions.refund_sending import send_refund
from billing.actions.refunds import grant_refund
from billing.admin.base import MoneyAdmin, SplitInline, amount_field, cents_of, flag_words, in_words
from billing.models import CheckoutSession, Hold, PaymentSplit, Refund, SplitEvent, Transaction
from peerloop.kit import clock
from peerloop.kit.admin_lists import KnownValuesFilter


class GrantForm(ReasonForm):
    """How much goes back, and why."""

    amount = amount_field(label="Amount in dollars")
    field_order = ("amount", "reason")


class RefundInline(admin.TabularInline):
    """What went back of a payment."""

    model = Refund
    fields = readonly_fields = ("amount_cents", "origin", "stripe_refund_id", "booked_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Transaction)
class TransactionAdmin(MoneyAdmin):
    """Payments with their splits and refunds."""

    list_display = ["course", "student", "amount", "status", "refunded", "paid_at"]
    list_filter = ["status", ("paid_at", admin.DateFieldListFilter)]
    search_fields = ["student__email", "student__name", "stripe_payment_intent_id__exact"]
    place_in_search = 40
    list_select_related = ["course", "student"]
    ordering = ["-paid_at"]
    inlines = [SplitInline, RefundInline]
    actions = ["grant"]

    @admin.display(ordering="amount_cents")
    def amount(self, payment: Transaction) -> str:
        """In dollars."""
        return in_words(payment.amount_cents, payment.currency)

    @admin.display(ordering="refunded_cents")
    def refunded(self, payment: Transaction) -> str:
        """In dollars."""
        return in_words(payment.refunded_cents or None, payment.currency)

    @admin.action(description="Send an amount back, with a reason")
    def grant(self, request: HttpRequest, rows: QuerySet[Transaction]) -> HttpResponse | None:
        """Any amount up to what is left (rule REF-4), sent at once."""
        if rows.count() != 1:
            messages.error(request, "Choose one payment.")
            return None
        return ask_then_do(
            self,
            request,
            rows,
            action="grant",
            title="Send money back",
            form_class=GrantForm,
            act=lambda payment, given: _grant(request, payment, given),
        )


def _grant(request: HttpRequest, payment: Transaction, given: dict[str, Any]) -> None:
    asked = grant_refund(
        payment=payment,
        amount_cents=cents_of(given["amount"]),
        reason=given["reason"],
        by=acting(request),
        at=clock.now(),
    )
    send_refund(request_id=asked.pk, at=clock.now())


@admin.register(PaymentSplit)
class PaymentSplitAdmin(MoneyAdmin):
    """Every share of every part; flagged ones wait here for an admin."""

    list_display = ["transaction", "part_no", "share", "recipient", "amount", "status", "why"]
    list_filter = ["status", "share"]
    search_fields = ["recipient__name", "recipient__email", "transaction__student__name"]
    list_select_related = ["transaction", "recipient"]
    actions = ["clear_flags"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentSplit]:
        """With the creator's words while the flag stands."""
        return super().get_queryset(request).annotate(flag_words=flag_words(Q(lifted_at=None)))

    @admin.display(ordering="amount_cents")
    def amount(self, split: PaymentSplit) -> str:
        """In dollars."""
        return in_words(split.amount_cents)

    @admin.display(description="flagged because")
    def why(self, split: Any) -> str:
        """The creator's words while the flag stands."""
        return split.flag_words or ""

    @admin.action(description="Clear the creator's flag, with a reason")
    def clear_flags(
        self, request: HttpRequest, rows: QuerySet[PaymentSplit]
    ) -> HttpResponse | None:
        """After looking into it (rule ESC-4); the three shares of a part go together."""
        return ask_then_do(
            self,
            request,
            rows.filter(holds__in=Hold.objects.standing().filter(cause=Hold.Cause.FLAG))
            .order_by("transaction", "part_no")
            .distinct("transaction", "part_no"),
            action="clear_flags",
            title="Clear the flag",
            form_class=ReasonForm,
            act=lambda split, given: clear_flag(
                split=split,
                by=acting(request),
                at=clock.now(),
                **given,
            ),
        )


@admin.register(CheckoutSession)
class CheckoutSessionAdmin(MoneyAdmin):
    """Started payments."""

    list_display = ["course", "student", "amount", "status", "created_at", "expires_at"]
    list_filter = ["status"]
    list_select_related = ["course", "student"]
    search_fields = ["student__email", "student__name", "stripe_session_id__exact"]

    @admin.display(ordering="amount_cents")
    def amount(self, checkout: CheckoutSession) -> str:
        """In dollars."""
        return in_words(checkout.amount_cents, checkout.currency)


@admin.register(Hold)
class HoldAdmin(MoneyAdmin):
    """Why shares are frozen, or were."""

    list_display = ["split", "cause", "placed_at", "placed_by", "lifted_at", "lifted_by"]
    list_filter = ["cause", ("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["split", "placed_by", "lifted_by"]


class ToStatusFilter(KnownValuesFilter):
    """What a share became."""

    values = tuple(status.value for status in PaymentSplit.Status)


@admin.register(SplitEvent)
class SplitEventAdmin(MoneyAdmin):
    """The audit trail of splits (rule ESC-6)."""

    list_display = ["at", "split", "from_status", "to_status", "actor", "reason", "event_id"]
    list_filter = [("to_status", ToStatusFilter)]
    list_select_related = ["split", "actor"]
