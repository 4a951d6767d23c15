"""Payouts: asked for by the one who earned, made by an admin, one transfer each."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import User
from accounts.notices import notify
from billing.actions.payout_rows import give_back
from billing.ledger import move_splits
from billing.models import BalanceAdjustment, PaymentSplit, Payout
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import (
    Conflict,
    Forbidden,
    Invalid,
    LimitReached,
    Missing,
)

Status = Payout.Status
Split = PaymentSplit.Status
OPEN = (Status.PENDING, Status.PROCESSING)


class NoPayoutAccount(Conflict):
    """The recipient has no account that can be paid."""

    code = "payout_account_missing"
    message = "Connect a payout account first: Settings, Payouts."


class BelowLeast(LimitReached):
    """Too little to send."""

    code = "below_minimum"


class NotAvailable(LimitReached):
    """More than is there."""

    code = "insufficient_balance"


@transaction.atomic
def request_payout(*, recipient: User, amount_cents: int | None, at: datetime) -> Payout:
    """Ask for earnings to be sent: queues whole rows, oldest first (rules OUT-2, OUT-3).

    ``amount_cents`` None asks for all. The payout's own amount is what the rows and open
    adjustments add up to. Raises NoPayoutAccount, BelowLeast, NotAvailable, Conflict if one is
    open already, Invalid naming ``amount_cents``.
    """
    member = User.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    if not member.stripe_payouts_enabled or not member.stripe_account_id:
        raise NoPayoutAccount
    if member.is_suspended:
        raise Forbidden("Payouts are paused while the account is suspended.")
    if Payout.objects.filter(recipient=member, status__in=OPEN).exists():
        raise Conflict(
            "A payout is on its way already. Ask for the next one when it has arrived.",
            code="payout_open",
        )
    rows, adjustments = _waiting(member)
    available = sum(row.amount_cents for row in rows) + sum(a.amount_cents for a in adjustments)
    _check_amount(amount_cents, available)
    chosen = _oldest_up_to(rows, adjustments, amount_cents)
    total = sum(row.amount_cents for row in chosen) + sum(a.amount_cents for a in adjustments)
    if not chosen or total <= 0:
        smallest = money_text(rows[0].amount_cents) if rows else money_text(0)
        raise BelowLeast(f"Earnings are sent whole. The oldest one is {smallest}: ask for more.")
    return _open_payout(member, chosen, adjustments, total, at=at)


def _open_payout(
    member: User,
    rows: Sequence[PaymentSplit],
    adjustments: Sequence[BalanceAdjustment],
    total: int,
    *,
    at: datetime,
) -> Payout:
    try:
        with transaction.atomic():
            payout = Payout.objects.create(recipient=member, amount_cents=total)
    except IntegrityError:
        raise Conflict("A payout is on its way already.", code="payout_open") from None
    move_splits(rows, Split.QUEUED, at=at, actor=member, reason="payout asked", payout=payout)
    BalanceAdjustment.objects.filter(pk__in=[row.pk for row in adjustments]).update(payout=payout)
    notify(
        people=User.objects.active().filter(is_admin=True),
        kind="payout",
        title=f"Payout asked: {money_text(total)}",
        body=f"For {member.name}",
        url="/admin/billing/payout/",
        dedupe_key=f"payout-requested:{payout.pk}",
        email="payout-requested",
        context={"name": member.name, "amount": money_text(total), "url": "/admin/billing/payout/"},
        at=at,
    )
    return payout


def _waiting(member: User) -> tuple[list[PaymentSplit], list[BalanceAdjustment]]:
    rows = list(
        PaymentSplit.objects.select_for_update(of=("self",), no_key=True)
        .filter(recipient=member, status=Split.RELEASABLE)
        .order_by("delivered_at", "pk")
    )
    adjustments = list(
        BalanceAdjustment.objects.select_for_update(of=("self",), no_key=True)
        .filter(recipient=member, payout=None)
        .order_by("created_at", "pk")
    )
    return rows, adjustments


def _check_amount(amount_cents: int | None, available: int) -> None:
    if amount_cents is not None and amount_cents <= 0:
        raise Invalid.field("amount_cents", "Give the amount in cents, more than 0.")
    if amount_cents is not None and amount_cents > available:
        raise NotAvailable(
            f"Only {money_text(max(available, 0))} is available now.",
            fields={"amount_cents": ["More than is available."]},
            available_cents=available,
        )
    least = settings.PAYOUT_LEAST_CENTS
    if (available if amount_cents is None else amount_cents) < least:
        raise BelowLeast(
            f"Payouts start at {money_text(least)}.",
            fields={"amount_cents": [f"At least {least} cents."]},
        )


def _oldest_up_to(
    rows: Sequence[PaymentSplit],
    adjustments: Sequence[BalanceAdjustment],
    amount_cents: int | None,
) -> list[PaymentSplit]:
    if amount_cents is None:
        return list(rows)
    total = sum(adjustment.amount_cents for adjustment in adjustments)
    chosen: list[PaymentSplit] = []
    for row in rows:
        if total + row.amount_cents > amount_cents:
            break
        total += row.amount_cents
        chosen.append(row)
    return chosen


@transaction.atomic
def cancel_payout(*, payout_id: object, by: User, at: datetime, reason: str = "") -> Payout:
    """Take back a payout that was not sent yet: its recipient, or an admin. Safe to repeat."""
    payout = Payout.objects.select_for_update(of=("self",), no_key=True).get(pk=payout_id)
    if by.pk != payout.recipient_id and not by.is_admin:
        raise Missing
    if payout.status == Status.CANCELLED:
        return payout
    payout.move(Status.CANCELLED)
    payout.cancelled_by = by
    payout.save(update_fields=["status", "cancelled_by"])
    give_back(payout, at=at, actor=by, reason=reason or "payout cancelled")
    if by.is_admin:
        record(actor=by, action="payout.cancel", subject=payout, reason=reason, at=at)
    return payout


@transaction.atomic
def retry_payout(*, payout_id: object, by: User, at: datetime) -> Payout:
    """A failed payout becomes pending again with what its recipient has available now (OUT-4).

    The attempt rises, so that the provider takes the new key for a new transfer; the failed one was
    refused for good. Raises Forbidden, WrongMoment, Conflict, BelowLeast.
    """
    if not by.is_admin:
        raise Forbidden
    payout = Payout.objects.select_for_update(of=("self",), no_key=True).get(pk=payout_id)
    member = User.objects.select_for_update(no_key=True).get(pk=payout.recipient_id)
    rows, adjustments = _waiting(member)
    total = sum(row.amount_cents for row in rows) + sum(a.amount_cents for a in adjustments)
    if total <= 0:
        raise BelowLeast("Nothing is available for this recipient any more.")
    if Payout.objects.filter(recipient=member, status__in=OPEN).exists():
        raise Conflict("Another payout to this recipient is open.", code="payout_open")
    payout.move(Status.PENDING)
    payout.attempt += 1
    payout.amount_cents = total
    payout.failed_at, payout.failure_reason = None, ""
    payout.save()
    move_splits(rows, Split.QUEUED, at=at, actor=by, reason="payout tried again", payout=payout)
    BalanceAdjustment.objects.filter(pk__in=[row.pk for row in adjustments]).update(payout=payout)
    record(actor=by, action="payout.retry", subject=payout, at=at)
    return payout
