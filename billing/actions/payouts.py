"""Payouts: asked for by the one who earned, made by an admin, one transfer each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.audit.log import record
from accounts.identity.factors.requirement import require_before_payout
from accounts.models import User
from billing.actions.locks import lock_payout
from billing.actions.payout_splits import OPEN, Split, Status, return_splits
from billing.ledger import transition_splits
from billing.models import BalanceAdjustment, PaymentSplit, Payout
from billing.notifications.sending import notify_payout_cancelled, notify_payout_requested
from billing.queries import payout_least_cents
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, LimitReached, Missing
from peerloop.kit.retries import retried
from peerloop.kit.rows import locked


class NoPayoutAccount(Conflict):
    """The recipient has no account that can be paid."""

    code = "payout_account_missing"
    message = "Connect a payout account first: Settings, Payouts."


class PayoutsPaused(Forbidden):
    """A suspended member is owed, but not paid (rule ROLE-12)."""

    code = "suspended"
    message = "Payouts are paused while the account is suspended."


class PayoutOpen(Conflict):
    """One payout at a time (rule OUT-2)."""

    code = "payout_open"
    message = "A payout is on its way already. Ask for the next one when it has arrived."


class BelowLeast(LimitReached):
    """Too little to send."""

    code = "below_minimum"


class NotAvailable(LimitReached):
    """More than is there."""

    code = "insufficient_balance"


@dataclass(frozen=True, slots=True)
class Load:
    """What one payout carries: whole rows and adjustments."""

    rows: Sequence[PaymentSplit]
    adjustments: Sequence[BalanceAdjustment]

    @property
    def cents(self) -> int:
        """What all of it adds up to."""
        rows = sum(row.amount_cents for row in self.rows)
        return rows + sum(adjustment.amount_cents for adjustment in self.adjustments)


@retried
@transaction.atomic
def request_payout(
    *, recipient: User, amount_cents: int | None, at: datetime, by: User | None = None
) -> Payout:
    """Ask for earnings to be sent: queues whole rows, oldest first (rules OUT-2, OUT-3).

    ``amount_cents`` None asks for all. The payout's own amount is what its rows and adjustments add
    up to: at most what was asked. ``by`` is an admin who asks for somebody else (OUT-7). Raises
    NoPayoutAccount, PayoutsPaused, SecondFactorRequired (for a first one, where it is set),
    PayoutOpen, BelowLeast, NotAvailable, or Invalid naming ``amount_cents``.
    """
    # The member's lock makes two requests at once pass one by one: the second finds the first.
    member = User.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    check_payable(member)
    if by is None and not Payout.objects.filter(recipient=member).exists():
        require_before_payout(member)
    if Payout.objects.filter(recipient=member, status__in=OPEN).exists():
        raise PayoutOpen
    waiting = _waiting(member)
    _check_amount(amount_cents, waiting.cents, least=payout_least_cents(member))
    load = waiting if amount_cents is None else _oldest_up_to(waiting, amount_cents)
    if load.cents <= 0:
        smallest = min((row.amount_cents for row in waiting.rows), default=0)
        raise BelowLeast(
            f"Earnings are sent whole, and the smallest one is {money_text(smallest)}. "
            "Ask for more.",
            fields={"amount_cents": ["Less than the oldest earning."]},
        )
    try:
        with transaction.atomic():
            payout = Payout.objects.create(
                recipient=member, amount_cents=load.cents, created_at=at, updated_at=at
            )
    except IntegrityError:
        raise PayoutOpen from None
    _bind(payout, load, at=at, actor=by or member, reason="payout asked")
    if by is not None:
        record(actor=by, action="payout.open", subject=payout, at=at)
    notify_payout_requested(payout=payout, at=at)
    return payout


def check_payable(member: User) -> None:
    """Raises PayoutsPaused or NoPayoutAccount for somebody who can't be sent money now."""
    if member.is_suspended:
        raise PayoutsPaused
    if not member.stripe_payouts_enabled or not member.stripe_account_id:
        raise NoPayoutAccount


def _bind(payout: Payout, load: Load, *, at: datetime, actor: User, reason: str) -> None:
    transition_splits(load.rows, Split.QUEUED, at=at, actor=actor, reason=reason, payout=payout)
    keys = [adjustment.pk for adjustment in load.adjustments]
    BalanceAdjustment.objects.filter(pk__in=keys).update(payout=payout)


def _waiting(member: User) -> Load:
    """All that the member could be sent now, oldest first, locked."""
    rows = locked(PaymentSplit.objects.filter(recipient=member, status=Split.RELEASABLE))
    adjustments = locked(BalanceAdjustment.objects.filter(recipient=member, payout=None))
    return Load(
        list(rows.order_by("delivered_at", "pk")), list(adjustments.order_by("created_at", "pk"))
    )


def _check_amount(amount_cents: int | None, available: int, *, least: int) -> None:
    if amount_cents is not None and amount_cents <= 0:
        raise Invalid.field("amount_cents", "Give the amount in cents, more than 0.")
    if amount_cents is not None and amount_cents > available:
        raise NotAvailable(
            f"{money_text(max(available, 0))} can be sent now.",
            fields={"amount_cents": ["More than is available."]},
            available_cents=available,
        )
    if (available if amount_cents is None else amount_cents) < least:
        raise BelowLeast(
            f"Payouts start at {money_text(least)}.",
            fields={"amount_cents": [f"At least {least} cents."]},
            available_cents=available,
        )


def _oldest_up_to(waiting: Load, amount_cents: int) -> Load:
    """Debts always, corrections that make them good, then what was earned, oldest first.

    As much as stays within the amount; the first share that does not fit ends it.
    """
    adjustments = [one for one in waiting.adjustments if one.amount_cents < 0]
    total = sum(one.amount_cents for one in adjustments)
    credits = [one for one in waiting.adjustments if one.amount_cents > 0]
    for one in credits:
        fits = total + one.amount_cents <= amount_cents
        if fits and one.reason == BalanceAdjustment.Reason.CORRECTION:
            total += one.amount_cents
            adjustments.append(one)
    earned: list[PaymentSplit | BalanceAdjustment] = list(waiting.rows)
    earned += [one for one in credits if one not in adjustments]
    rows: list[PaymentSplit] = []
    for share in sorted(earned, key=_earned_at):
        if total + share.amount_cents > amount_cents:
            break
        total += share.amount_cents
        if isinstance(share, PaymentSplit):
            rows.append(share)
        else:
            adjustments.append(share)
    return Load(rows, adjustments)


def _earned_at(one: PaymentSplit | BalanceAdjustment) -> datetime:
    if isinstance(one, PaymentSplit):
        return one.delivered_at or one.created_at
    return one.created_at


@retried
@transaction.atomic
def cancel_payout(*, payout_id: UUID, by: User, at: datetime, reason: str = "") -> Payout:
    """Take back a payout that was not sent yet: its recipient, or an admin. Safe to repeat.

    Raises Missing for anybody else, WrongMoment once it is being sent.
    """
    payout = lock_payout(payout_id)
    if by.pk != payout.recipient_id and not by.is_admin:
        raise Missing
    if payout.status == Status.CANCELLED:
        return payout
    payout.transition_to(Status.CANCELLED)
    payout.cancelled_by = by
    payout.save(update_fields=["status", "cancelled_by"])
    return_splits(payout, at=at, actor=by, reason=reason or "payout cancelled")
    if by.pk != payout.recipient_id:
        record(actor=by, action="payout.cancel", subject=payout, reason=reason, at=at)
        notify_payout_cancelled(payout=payout, reason=reason or "An admin cancelled it", at=at)
    return payout


@retried
@transaction.atomic
def retry_payout(*, payout_id: UUID, by: User, at: datetime) -> Payout:
    """A failed payout becomes pending again with what its recipient has available now (OUT-4).

    The attempt rises, so that the provider takes the new key for a new transfer; the failed one was
    refused for good. Raises Forbidden, Missing, WrongMoment, PayoutOpen, BelowLeast.
    """
    if not by.is_admin:
        raise Forbidden
    found = Payout.objects.filter(pk=payout_id).first()
    if found is None:
        raise Missing
    member = User.objects.select_for_update(no_key=True).get(pk=found.recipient_id)
    payout = lock_payout(payout_id)
    payout.transition_to(Status.PENDING)
    if Payout.objects.filter(recipient=member, status__in=OPEN).exists():
        raise PayoutOpen("Another payout to this recipient is open.")
    load = _waiting(member)
    if load.cents <= 0:
        raise BelowLeast("Nothing is available for this recipient any more.")
    payout.attempt += 1
    payout.amount_cents = load.cents
    payout.approved_by = payout.processed_at = payout.failed_at = None
    payout.failure_reason = payout.failure_words = ""
    payout.save()
    _bind(payout, load, at=at, actor=by, reason="payout tried again")
    record(actor=by, action="payout.retry", subject=payout, at=at)
    return payout
