"""Shares that were paid and have to come back (rule REF-9).

The claw-back is written with the refund or lost dispute: a negative adjustment, netted from later
payouts. Then the provider is asked to reverse that much of the transfer; what it takes back is
offset by a correction. What it refuses is left to later payouts; no bank account is debited.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.notifications.notify import notify
from billing.actions.locks import lock_payout
from billing.models import BalanceAdjustment, PaymentSplit, Payout, Refund, TransferReversal
from billing.notifications import REVERSED_BY_HAND
from billing.notifications.sending import admins
from billing.providers import payments
from peerloop.kit.formats import money_text
from peerloop.kit.providers import Rejected, Unavailable
from peerloop.kit.rows import locked
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)

Status = TransferReversal.Status
Reason = BalanceAdjustment.Reason


def claw_back(rows: Sequence[PaymentSplit], *, refund: Refund, note: str) -> None:
    """Debit the recipients of paid splits, and plan to reverse their transfers.

    Call it inside a transaction.
    """
    for row in rows:
        clawback = BalanceAdjustment.objects.create(
            recipient_id=row.recipient_id,
            amount_cents=-row.amount_cents,
            reason=Reason.CLAWBACK,
            split=row,
            refund=refund,
            note=note,
        )
        _plan_reversal(row, clawback)
    if rows:
        enqueue("billing.reverse_transfers")


def _plan_reversal(row: PaymentSplit, clawback: BalanceAdjustment) -> None:
    """At most what is left of the transfer: debts may have been netted from it."""
    if row.payout_id is None:
        return
    payout = lock_payout(row.payout_id)
    planned = sum(
        one.amount_cents for one in payout.reversals.all() if one.status == Status.WAITING
    )
    amount = min(row.amount_cents, payout.amount_cents - payout.reversed_cents - planned)
    if amount > 0:
        TransferReversal.objects.create(payout=payout, clawback=clawback, amount_cents=amount)


def reverse_waiting(*, at: datetime) -> int:
    """Try every reversal that waits; how many were settled. For the periodic task.

    Safe to repeat and concurrently: the idempotency key is ``reversal:<id>``. A provider that does
    not answer ends the run.
    """
    ended = 0
    waiting = TransferReversal.objects.filter(status=Status.WAITING).select_related("payout")
    for reversal in waiting.order_by("created_at", "pk"):
        try:
            _try(reversal, at=at)
        except Unavailable as error:
            logger.warning("reversals wait: the payment provider is away: %s", error)
            break
        ended += 1
    return ended


def _try(reversal: TransferReversal, *, at: datetime) -> None:
    try:
        made = payments().reverse_transfer(
            reversal.payout.stripe_transfer_id or "",
            amount_cents=reversal.amount_cents,
            key=f"reversal:{reversal.pk}",
        )
    except Rejected as error:
        _refuse(reversal, str(error))
    else:
        _book(reversal, made.reversal_id, at=at)


@transaction.atomic
def _refuse(reversal: TransferReversal, error: str) -> None:
    reversal = _locked(reversal)
    if reversal.status == Status.WAITING:
        reversal.transition_to(Status.REFUSED)
        reversal.error = error[:2000]
        reversal.save(update_fields=["status", "error"])


@transaction.atomic
def _book(reversal: TransferReversal, reversal_id: str, *, at: datetime) -> None:
    reversal = _locked(reversal)
    if reversal.status != Status.WAITING:
        return
    reversal.transition_to(Status.DONE)
    reversal.stripe_reversal_id = reversal_id
    reversal.save(update_fields=["status", "stripe_reversal_id"])
    owed = reversal.clawback
    _return_to(
        reversal.payout,
        reversal.amount_cents,
        note=f"taken back from the payout account ({reversal_id})",
        split=owed.split,
        refund=owed.refund,
        at=at,
    )


def _locked(reversal: TransferReversal) -> TransferReversal:
    """The reversal, locked after its payout."""
    payout = lock_payout(reversal.payout_id)
    rows = TransferReversal.objects.select_related("clawback__split", "clawback__refund")
    found = locked(rows).get(pk=reversal.pk)
    found.payout = payout
    return found


def _return_to(
    payout: Payout,
    amount_cents: int,
    *,
    note: str,
    at: datetime,
    split: PaymentSplit | None = None,
    refund: Refund | None = None,
) -> None:
    """The provider took money of a locked payout back: credit the recipient again in our ledger."""
    payout.reversed_cents += amount_cents
    payout.save(update_fields=["reversed_cents"])
    BalanceAdjustment.objects.create(
        recipient_id=payout.recipient_id,
        amount_cents=amount_cents,
        reason=Reason.CORRECTION,
        split=split,
        refund=refund,
        note=note,
        created_at=at,
        updated_at=at,
    )


def sync_reversals(*, payout: Payout, at: datetime) -> None:
    """Book what the provider took back of a payout's transfer, whoever asked for it.

    Our own reversals are finished first. The rest was done in the provider's console: the
    recipient is owed that much again, and admins are notified. Safe to repeat. Raises Unavailable.
    """
    for reversal in payout.reversals.filter(status=Status.WAITING).select_related("payout"):
        _try(reversal, at=at)
    found = payments().find_transfer(f"payout:{payout.pk}")
    if found is None or found.transfer_id != payout.stripe_transfer_id:
        return
    with transaction.atomic():
        payout = lock_payout(payout.pk)
        if payout.reversals.filter(status=Status.WAITING).exists():
            raise Unavailable("another reversal of this transfer is under way")
        more = found.reversed_cents - payout.reversed_cents
        if more <= 0:
            return
        _return_to(payout, more, note="taken back in the payment provider's console", at=at)
        notify(
            REVERSED_BY_HAND,
            people=admins(),
            key=f"{payout.pk}:{payout.reversed_cents}",
            to=[payout.pk],
            amount=money_text(more, payout.currency),
            at=at,
        )
