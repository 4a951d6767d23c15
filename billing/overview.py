"""What of money the first page of the admin site begins with."""

from datetime import datetime

from django.urls import reverse

from billing.models import (
    BooksDifference,
    CardDispute,
    Confirmation,
    Payout,
    RefundRequest,
    Transaction,
    Withdrawal,
)
from billing.queries.books import books_state
from peerloop.kit.overview import Figure, Health, Wait

WAITS = (
    Wait(
        label="Payouts that failed",
        order=10,
        rows=lambda: Payout.objects.filter(status=Payout.Status.FAILED),
        since="created_at",
        page="admin:billing_payout_changelist",
        query="status__exact=failed",
        is_wrong=True,
    ),
    Wait(
        label="Refunds that failed",
        order=11,
        rows=lambda: RefundRequest.objects.undone().filter(status=RefundRequest.Status.FAILED),
        since="created_at",
        page="admin:billing_refundrequest_changelist",
        query="status__exact=failed",
        is_wrong=True,
    ),
    Wait(
        label="Differences to the payment provider's books",
        order=9,
        rows=BooksDifference.objects.unexplained,
        since="happened_at",
        page="admin:billing_booksdifference_changelist",
        is_wrong=True,
    ),
    Wait(
        label="Payments that a bank disputes",
        order=12,
        rows=lambda: CardDispute.objects.filter(closed_at=None),
        since="opened_at",
        page="admin:billing_carddispute_changelist",
        query="closed_at__isempty=1",
        is_wrong=True,
    ),
    Wait(
        label="Amounts above the limit to confirm",
        order=99,
        rows=lambda: Confirmation.objects.filter(status=Confirmation.Status.WAITING),
        since="asked_at",
        page="admin:billing_confirmation_changelist",
        query="status__exact=waiting",
    ),
    Wait(
        label="Refunds to decide",
        order=100,
        rows=lambda: RefundRequest.objects.undone().filter(status=RefundRequest.Status.PENDING),
        since="created_at",
        page="admin:billing_refundrequest_changelist",
        query="status__exact=pending",
    ),
    Wait(
        label="Withdrawals to answer",
        order=101,
        rows=lambda: Withdrawal.objects.filter(status=Withdrawal.Status.WAITING),
        since="received_at",
        page="admin:billing_withdrawal_changelist",
        query="status__exact=waiting",
    ),
    Wait(
        label="Payouts to process",
        order=102,
        rows=lambda: Payout.objects.filter(status=Payout.Status.PENDING),
        since="created_at",
        page="admin:billing_payout_changelist",
        query="status__exact=pending",
    ),
)
FIGURES = (
    Figure(
        label="Paid by students",
        order=30,
        rows=Transaction.objects.all,
        at="paid_at",
        cents="amount_cents",
        page="admin:billing_transaction_changelist",
    ),
)


def _books(at: datetime) -> Health:
    """The daily check of the ledger, and how lately the provider's books were read."""
    state, label = books_state(at=at), "Ledger and books"
    href = reverse("admin:billing_booksdifference_changelist")
    if state.day and state.day.found:
        number = "1 difference" if state.day.found == 1 else f"{state.day.found} differences"
        found = f"the check of {state.day.day:%-d %b} found {number}. Run manage.py ledger_check."
        return Health(label, problem=found, href=href)
    if state.is_overdue:
        late = "the payment provider's books were not read for more than a day"
        return Health(label, problem=late, href=href)
    return Health(
        label, "agree" if state.is_well else "were read, see what differs above", href=href
    )


HEALTH = (_books,)
