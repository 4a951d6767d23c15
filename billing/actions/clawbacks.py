"""Shares that were paid and have to come back (rule REF-9).

The claw-back is written with the refund or lost dispute: a negative adjustment, netted from later
payouts. Then the provider is asked to reverse that much of the transfer; what it takes back is
offset by a correction. What it refuses is left to later payouts; no bank account is debited.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.notifications.notify import notify
from billing.actions.locks import lock_payout
from billing.models import BalanceAdjustment, PaymentSplit, Payout, Refund, TransferReversal
from billing.notifications import REVERSED_BY_HAND
from billing.notifications.sending import admins
from billing.providers import payments
from billing.providers.base import TransferReversal as MadeReversal
from billing.providers.base import has_answered, is_not_covered
from peerloop.kit.formats import money_text
from peerloop.kit.providers import Rejected, Unavailable
from peerloop.kit.rows import locked
from peerloop.kit.sweeps import StopSweep, one_by_one
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

    Safe to repeat and concurrently: the idempotency key is ``reversal:<id>:<attempt>``, and an
    earlier try is looked up first. A provider that does not answer ends the run.
    """
    waiting = TransferReversal.objects.filter(status=Status.WAITING)
    waiting = waiting.select_related("payout__recipient")

    def reverse(reversal: TransferReversal) -> None:
        try:
            _try(reversal, at=at)
        except Unavailable as error:
            logger.warning("reversals wait: the payment provider is away: %s", error)
            raise StopSweep from error

    return one_by_one(list(waiting.order_by("created_at", "pk")), reverse)


def _try(reversal: TransferReversal, *, at: datetime) -> None:
    """Ask for a reversal, unless an earlier try had its effect. Raises Unavailable.

    An error that the provider keeps under its key is looked behind, then another key is used, as
    for transfers. What the payee's balance covers only in part is taken in part.
    """
    first = TransferReversal.objects.filter(pk=reversal.pk, attempt=0).update(attempt=1)
    reversal.refresh_from_db(fields=["attempt", "amount_cents", "status"])
    try:
        made = (None if first else _find(reversal)) or _reverse(reversal)
    except Rejected as error:
        if not (is_not_covered(error) and _reduce(reversal)):
            _refuse(reversal, str(error))
        return
    _book(reversal, made.reversal_id, at=at)


def _reverse(reversal: TransferReversal) -> MadeReversal:
    try:
        return _ask(reversal)
    except Unavailable as error:
        found = _find(reversal) if has_answered(error) else None
        if found is None:
            if has_answered(error):
                _use_another_key(reversal)
            raise
        return found


def _ask(reversal: TransferReversal) -> MadeReversal:
    key = f"reversal:{reversal.pk}" + (f":{reversal.attempt}" if reversal.attempt > 1 else "")
    return payments().reverse_transfer(
        reversal.payout.stripe_transfer_id or "",
        amount_cents=reversal.amount_cents,
        reference=str(reversal.pk),
        key=key,
    )


def _find(reversal: TransferReversal) -> MadeReversal | None:
    transfer_id = reversal.payout.stripe_transfer_id or ""
    return payments().find_reversal(transfer_id, str(reversal.pk))


def _use_another_key(reversal: TransferReversal, **changes: int) -> None:
    same = TransferReversal.objects.filter(
        pk=reversal.pk, attempt=reversal.attempt, status=Status.WAITING
    )
    same.update(attempt=F("attempt") + 1, **changes)


def _reduce(reversal: TransferReversal) -> bool:
    """Ask for what the payee's balance covers, with the next run; False if that is nothing.

    The claw-back stays whole: what is not taken back now is netted from later payouts.
    """
    payout = reversal.payout
    account_id = payout.recipient.stripe_account_id or ""
    try:
        covered = payments().available_cents(account_id, payout.currency)
    except Rejected as error:
        logger.warning("the balance of %s is unknown: %s", account_id, error)
        return False
    if not 0 < covered < reversal.amount_cents:
        return False
    _use_another_key(reversal, amount_cents=covered)
    enqueue("billing.reverse_transfers")
    return True


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
    waiting = payout.reversals.filter(status=Status.WAITING)
    for reversal in waiting.select_related("payout__recipient"):
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
