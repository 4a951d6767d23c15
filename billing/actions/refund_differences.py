"""Where the provider's books and one refund of ours part: nothing that left or came back is lost.

A refund that the payer's bank did not take stays in the ledger, for the money is still the payer's:
what goes out after that replaces it before it counts as one more refund. What leaves beyond the
payment, as by a refund and a lost dispute of the same money, is carried by the platform.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.audit.log import record
from billing.actions.locks import lock_payment
from billing.models import ExcessRefund, Refund, RefundFailure, RefundReplacement, Transaction
from billing.notifications.going_back import (
    notify_excess,
    notify_refund_came_back,
    notify_refund_sent_again,
)
from billing.providers.base import RefundMade


def is_booked(provider_id: str) -> bool:
    """Whether a refund of the provider is written down, as itself, a replacement or an excess."""
    return (
        Refund.objects.filter(stripe_refund_id=provider_id).exists()
        or RefundReplacement.objects.filter(stripe_refund_id=provider_id).exists()
        or ExcessRefund.objects.filter(provider_id=provider_id).exists()
    )


def outstanding_cents(payment: Transaction) -> int:
    """What came back of a payment's refunds and was not sent again."""
    failed = payment.refund_failures.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    again = payment.refund_replacements.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    return int(failed) - int(again)


def replace_failed(
    payment: Transaction, *, provider_id: str, amount_cents: int, at: datetime
) -> int:
    """Let what left replace what came back, as far as it goes; the cents that remain to book.

    The payment is locked. Its payer is notified.
    """
    covered = min(amount_cents, outstanding_cents(payment))
    if covered <= 0:
        return amount_cents
    made = RefundReplacement.objects.create(
        transaction=payment, stripe_refund_id=provider_id, amount_cents=covered
    )
    notify_refund_sent_again(replacement=made, at=at)
    return amount_cents - covered


def note_excess(payment: Transaction, *, provider_id: str, amount_cents: int, at: datetime) -> int:
    """Note what left beyond what is left of a locked payment; the cents that remain to book.

    Admins are notified: it is lost unless somebody gets it back.
    """
    fits = min(amount_cents, max(payment.left_cents, 0))
    if fits == amount_cents:
        return amount_cents
    excess = ExcessRefund.objects.create(
        transaction=payment,
        provider_id=provider_id,
        amount_cents=amount_cents - fits,
        seen_at=at,
        created_at=at,
        updated_at=at,
    )
    record(actor=None, action="refund.excess", subject=excess, at=at)
    notify_excess(excess=excess, at=at)
    return fits


def book_failure(*, payment: Transaction, made: RefundMade, at: datetime) -> None:
    """Note that a refund failed after it was booked; any other changes nothing. Safe to repeat.

    What of it was beyond the payment is simply back; the rest the payer is owed again.
    """
    with transaction.atomic():
        payment = lock_payment(payment)
        if not is_booked(made.refund_id):
            return
        excess = ExcessRefund.objects.filter(provider_id=made.refund_id)
        excess.filter(came_back_at=None).update(came_back_at=at, updated_at=at)
        owed = made.amount_cents - sum(excess.values_list("amount_cents", flat=True))
        if owed <= 0:
            return
        failure, is_new = RefundFailure.objects.get_or_create(
            stripe_refund_id=made.refund_id,
            defaults={"transaction": payment, "amount_cents": owed, "failed_at": at},
        )
        if is_new:
            record(actor=None, action="refund.came_back", subject=failure, at=at)
            notify_refund_came_back(failure=failure, at=at)
