"""Statements of withdrawal: those that nobody could match wait for an admin's answer."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReasonForm, ask_then_do
from accounts.requests import acting
from billing.actions.withdrawing import answer_withdrawal
from billing.admin.base import MoneyAdmin, in_words
from billing.models import Withdrawal
from billing.models.withdrawal import LONGEST_ANSWER
from peerloop.kit import clock


class AnswerForm(ReasonForm):
    """What the person is told, and why for the audit log."""

    answer = forms.CharField(
        label="Answer, sent by mail", max_length=LONGEST_ANSWER, widget=forms.Textarea({"rows": 6})
    )


@admin.register(Withdrawal)
class WithdrawalAdmin(MoneyAdmin):
    """Read as they were given; one that waits is answered once."""

    list_display = ["name", "email", "order", "refund", "status", "received_at"]
    list_filter = ["status"]
    search_fields = ["email__exact"]
    place_in_search = 80
    ordering = ["-received_at"]
    actions = ["send_answer"]

    @admin.display(ordering="refund_cents", description="came back")
    def refund(self, withdrawal: Withdrawal) -> str:
        """In dollars; a dash where nothing came back by itself."""
        return in_words(withdrawal.refund_cents or None)

    @admin.action(description="Answer the selected withdrawals")
    def send_answer(self, request: HttpRequest, rows: QuerySet[Withdrawal]) -> HttpResponse | None:
        """One answer to each address."""
        return ask_then_do(
            self,
            request,
            rows.filter(status=Withdrawal.Status.WAITING),
            action="send_answer",
            title="Answer the withdrawals",
            form_class=AnswerForm,
            act=lambda row, given: answer_withdrawal(
                withdrawal=row, answer=given["answer"], by=acting(request), at=clock.now()
            ),
        )
