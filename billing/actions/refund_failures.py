"""Refunds that came back: booked, sent, and then not taken by the payer's bank.

The books stay as they are, for the money is still the student's. What goes out after that makes
good what came back before it counts as one more refund.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.audit.log import record
from accounts.models import User
from billing.actions.money_letters import tell_refund_came_back
from billing.models import Refund, RefundFailure, RefundReplacement, Transaction
from billing.providers.base import RefundMade
from peerloop.kit.refusals import Forbidden


def is_known(refund_id: str) -> bool:
    """Whether a refund of the provider is in our books already, as itself or in another's place."""
    return (
        Refund.objects.filter(stripe_refund_id=refund_id).exists()
        or RefundReplacement.objects.filter(stripe_refund_id=refund_id).exists()
    )


def outstanding_cents(payment: Transaction) -> int:
    """What came back of a payment's refunds and did not go out again."""
    failed = payment.refund_failures.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    again = payment.refund_replacements.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    return int(failed) - int(again)


def make_good(payment: Transaction, *, refund_id: str, amount_cents: int) -> int:
    """Take a new refund for what came back, as far as it goes; the cents that remain to be booked.

    Under the payment's lock.
    """
    covered = min(amount_cents, outstanding_cents(payment))
    if covered > 0:
        RefundReplacement.objects.create(
            transaction=payment, stripe_refund_id=refund_id, amount_cents=covered
        )
    return amount_cents - max(covered, 0)


@transaction.atomic
def note_failure(*, payment: Transaction, made: RefundMade, at: datetime) -> None:
    """A refund failed. One that was never booked changes nothing here. Safe to repeat."""
    payment = Transaction.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
    if not is_known(made.refund_id):
        return
    failure, is_new = RefundFailure.objects.get_or_create(
        stripe_refund_id=made.refund_id,
        defaults={
            "transaction": payment,
            "amount_cents": made.amount_cents,
            "failed_at": at,
        },
    )
    if is_new:
        record(actor=None, action="refund.came_back", subject=failure, at=at)
        tell_refund_came_back(failure=failure, at=at)


def check_sender(failure: RefundFailure, by: User) -> None:
    """Raises Forbidden for anybody but another admin."""
    if not by.is_admin or by.pk == failure.transaction.payer_id:
        raise Forbidden("Another admin has to decide on this refund.", code="four_eyes")
