"""What waits for a second admin: large amounts that one admin asked to send."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReasonForm, ask_then_do
from accounts.models import User
from accounts.requests import acting
from billing.actions.payout_processing import process_payout
from billing.actions.refund_sending import send_refund
from billing.actions.refunds import approve_refund, grant_refund
from billing.actions.second_eyes import decline_confirmation
from billing.admin.base import MoneyAdmin, in_words
from billing.models import Confirmation, RefundRequest, Transaction
from peerloop.kit import clock
from peerloop.kit.refusals import WrongMoment


@admin.register(Confirmation)
class ConfirmationAdmin(MoneyAdmin):
    """Confirming does what was asked for; who asked can only take it back."""

    list_display = ["kind", "recipient", "amount", "status", "asked_by", "asked_at", "reason"]
    list_filter = ["status", "kind"]
    list_select_related = ["recipient", "asked_by"]
    ordering = ["-asked_at"]
    actions = ["confirm", "decline"]

    @admin.display(ordering="amount_cents")
    def amount(self, row: Confirmation) -> str:
        """In dollars."""
        return in_words(row.amount_cents)

    @admin.action(description="Confirm and send the selected amounts")
    def confirm(
        self, request: HttpRequest, queryset: QuerySet[Confirmation]
    ) -> HttpResponse | None:
        """Do what another admin asked for."""
        by = acting(request)
        return ask_then_do(
            self,
            request,
            queryset.select_related("asked_by"),
            action="confirm",
            title="Confirm and send",
            form_class=ReasonForm,
            act=lambda row, given: _confirm(row, by=by, reason=given["reason"]),
        )

    @admin.action(description="Decline the selected amounts")
    def decline(
        self, request: HttpRequest, queryset: QuerySet[Confirmation]
    ) -> HttpResponse | None:
        """Say no; nothing leaves."""
        by = acting(request)
        return ask_then_do(
            self,
            request,
            queryset.select_related("asked_by"),
            action="decline",
            title="Decline",
            form_class=ReasonForm,
            act=lambda row, given: decline_confirmation(
                confirmation=row, by=by, at=clock.now(), **given
            ),
        )


def _confirm(row: Confirmation, *, by: User, reason: str) -> None:
    at = clock.now()
    if row.status != Confirmation.Status.WAITING:
        raise WrongMoment("This was decided on already.")
    if row.kind == Confirmation.Kind.PAYOUT:
        process_payout(payout_id=row.subject_id, by=by, at=at)
        return
    if row.kind == Confirmation.Kind.REFUND:
        asked = RefundRequest.objects.select_related("transaction").get(pk=row.subject_id)
        asked = approve_refund(
            request=asked, by=by, at=at, amount_cents=row.amount_cents, reason=reason
        )
    else:
        payment = Transaction.objects.get(pk=row.subject_id)
        asked = grant_refund(
            payment=payment, amount_cents=row.amount_cents, reason=row.reason, by=by, at=at
        )
    send_refund(request_id=asked.pk, at=at)
