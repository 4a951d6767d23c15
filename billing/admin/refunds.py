"""The refund queue, refunds that came back, and card disputes."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReasonForm, ask_then_do
from accounts.audit.log import because
from accounts.requests import acting
from billing.actions.refund_sending import send_again, send_refund
from billing.actions.refunds import approve_refund
from billing.admin.base import MoneyAdmin, amount_field, attempt, cents_of, in_words
from billing.models import (
    CardDispute,
    ExcessRefund,
    RefundFailure,
    RefundReplacement,
    RefundRequest,
)
from peerloop.kit import clock
from peerloop.kit.admin_lists import StoredValuesFilter

MOST_AT_ONCE = 50
OPEN = (RefundRequest.Status.PENDING, RefundRequest.Status.FAILED)


class ApproveForm(forms.Form):
    """What goes back for one request."""

    amount = amount_field()


class RefundQueueFilter(admin.SimpleListFilter):
    """What waits for an admin."""

    title = "queue"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One word."""
        return [("open", "Waiting for an admin")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RefundRequest]
    ) -> QuerySet[RefundRequest]:
        """Pending and refused ones."""
        return queryset.filter(status__in=OPEN) if self.value() == "open" else queryset


@admin.register(RefundRequest)
class RefundRequestAdmin(MoneyAdmin):
    """The refund queue, with the computed amounts (rule REF-6)."""

    list_display = [
        "student",
        "course",
        "policy",
        "computed",
        "approved",
        "status",
        "created_at",
        "auto_approve_at",
    ]
    list_filter = [RefundQueueFilter, "status", "policy"]
    list_select_related = ["transaction__student", "transaction__course"]
    search_fields = ["transaction__student__name", "transaction__student__email"]
    actions = ["approve_selected"]

    @admin.display(ordering="transaction__student__name")
    def student(self, request: RefundRequest) -> str:
        """Who gets it."""
        return request.transaction.student.name

    @admin.display(ordering="transaction__course__title")
    def course(self, request: RefundRequest) -> str:
        """What was paid for."""
        return request.transaction.course.title

    @admin.display(ordering="policy_cents")
    def computed(self, request: RefundRequest) -> str:
        """By the rules."""
        return in_words(request.policy_cents, request.transaction.currency)

    @admin.display(ordering="approved_cents")
    def approved(self, request: RefundRequest) -> str:
        """By an admin."""
        return in_words(request.approved_cents, request.transaction.currency)

    @admin.action(description="Approve and send the selected refunds")
    def approve_selected(
        self, request: HttpRequest, queryset: QuerySet[RefundRequest]
    ) -> HttpResponse | None:
        """Shows the computed amounts, which may be raised, and asks why; then sends each."""
        chosen = queryset.filter(status__in=OPEN).select_related(
            "transaction__student", "transaction__course"
        )
        rows = list(chosen.order_by("created_at")[:MOST_AT_ONCE])
        if not rows:
            messages.error(request, "None of the selected refunds waits for an admin.")
            return None
        data = request.POST if "confirmed" in request.POST else None
        lines = [(row, _form_for(row, data)) for row in rows]
        why = ReasonForm(data)
        wrong = [form for form in (why, *(form for _, form in lines)) if not form.is_valid()]
        if data is None or wrong:
            return self.page(
                request,
                "approve_refunds",
                "Approve refunds",
                lines=lines,
                why=why,
                total_cents=sum(row.policy_cents for row in rows),
            )
        with because(why.cleaned_data["reason"]):
            done = sum(
                _approve(request, row, {**form.cleaned_data, **why.cleaned_data})
                for row, form in lines
            )
        if done:
            messages.success(request, f"{done} refunds approved.")
        return None


def _form_for(row: RefundRequest, data: Any) -> ApproveForm:
    initial = {"amount": f"{row.policy_cents / 100:.2f}"}
    return ApproveForm(data, prefix=row.pk.hex, initial=initial)


def _approve(request: HttpRequest, row: RefundRequest, given: dict[str, Any]) -> bool:
    def act() -> None:
        approve_refund(
            request=row,
            by=acting(request),
            at=clock.now(),
            amount_cents=cents_of(given["amount"]),
            reason=given["reason"],
        )
        send_refund(request_id=row.pk, at=clock.now())

    return attempt(request, row.transaction.student.name, act)


@admin.register(RefundFailure)
class RefundFailureAdmin(MoneyAdmin):
    """Refunds that the payer's bank did not take: the student is paid once they went out again."""

    list_display = ["student", "amount", "owed", "failed_at"]
    list_select_related = ["transaction__student"]
    ordering = ["-failed_at"]
    actions = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundFailure]:
        """With what came back of each payment, and what went out again."""
        rows = super().get_queryset(request)
        return rows.annotate(
            failed_cents=_cents_of_payment(RefundFailure),
            again_cents=_cents_of_payment(RefundReplacement),
            currency=F("transaction__currency"),
        )

    @admin.display(ordering="transaction__student__name")
    def student(self, failure: RefundFailure) -> str:
        """Who waits for it."""
        return failure.transaction.student.name

    @admin.display(ordering="amount_cents")
    def amount(self, failure: RefundFailure) -> str:
        """In dollars."""
        return in_words(failure.amount_cents, failure.transaction.currency)

    @admin.display(description="still owed for this payment")
    def owed(self, failure: Any) -> str:
        """In dollars; a dash once all of it went out again."""
        return in_words(failure.failed_cents - failure.again_cents or None, failure.currency)

    @admin.action(description="Send the selected refunds again")
    def send_again(
        self, request: HttpRequest, rows: QuerySet[RefundFailure]
    ) -> HttpResponse | None:
        """One more refund each, as far as it is still owed."""
        return ask_then_do(
            self,
            request,
            rows.select_related("transaction"),
            action="send_again",
            title="Send the refunds again",
            act=lambda failure, given: send_again(
                failure=failure, by=acting(request), at=clock.now()
            ),
        )


@admin.register(ExcessRefund)
class ExcessRefundAdmin(MoneyAdmin):
    """What left beyond its payment: the platform carries it."""

    list_display = ["student", "course", "amount", "provider_id", "seen_at", "came_back_at"]
    list_filter = [("came_back_at", admin.EmptyFieldListFilter)]
    list_select_related = ["transaction__student", "transaction__course"]
    search_fields = ["provider_id__exact", "transaction__student__name"]
    ordering = ["-seen_at"]

    @admin.display(ordering="transaction__student__name")
    def student(self, excess: ExcessRefund) -> str:
        """Whose payment it was."""
        return excess.transaction.student.name

    @admin.display(ordering="transaction__course__title")
    def course(self, excess: ExcessRefund) -> str:
        """What was paid for."""
        return excess.transaction.course.title

    @admin.display(ordering="amount_cents")
    def amount(self, excess: ExcessRefund) -> str:
        """In dollars."""
        return in_words(excess.amount_cents, excess.transaction.currency)


@admin.register(CardDispute)
class CardDisputeAdmin(MoneyAdmin):
    """Payments that a bank took back or asks about; answered in the provider's dashboard."""

    list_display = ["student", "course", "amount", "reason", "status", "opened_at", "closed_at"]
    list_filter = [("status", StoredValuesFilter), ("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["transaction__student", "transaction__course"]
    search_fields = ["stripe_dispute_id__exact", "transaction__student__name"]
    ordering = ["-opened_at"]

    @admin.display(ordering="transaction__student__name")
    def student(self, dispute: CardDispute) -> str:
        """Whose bank it is."""
        return dispute.transaction.student.name

    @admin.display(ordering="transaction__course__title")
    def course(self, dispute: CardDispute) -> str:
        """What was paid for."""
        return dispute.transaction.course.title

    @admin.display(ordering="amount_cents")
    def amount(self, dispute: CardDispute) -> str:
        """In dollars."""
        return in_words(dispute.amount_cents, dispute.transaction.currency)


def _cents_of_payment(model: type[RefundFailure | RefundReplacement]) -> Coalesce:
    """The sum of such rows of the same payment."""
    rows = model.objects.filter(transaction=OuterRef("transaction")).values("transaction")
    cents = rows.annotate(cents=Sum("amount_cents")).values("cents")
    return Coalesce(Subquery(cents), 0)
