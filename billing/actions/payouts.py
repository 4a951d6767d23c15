"""Payouts: asked for by the one who earned, made by an admin, one transfer each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import User
from accounts.notices import notify
from billing.ledger import move_splits
from billing.models import BalanceAdjustment, PaymentSplit, Payout
from billing.providers import payments
from billing.providers.base import TransferOrder
from peerloop.kit.formats import money_text
from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from peerloop.kit.refusals import (
    Conflict,
    Forbidden,
    Invalid,
    LimitReached,
    Missing,
    OutsideDown,
    Refused,
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
    """Ask for earnings to be sent: queues whole rows, oldest first, up to the amount (OUT-2, OUT-3).

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


def process_payout(*, payout_id: object, by: User, at: datetime) -> Payout:
    """Send a payout as one transfer (rule OUT-6): an admin's act, never for oneself (ROLE-10).

    Safe to repeat: the provider's key is ``payout:<id>:<attempt>``, and the outcome of an unknown
    call is looked up before anything is sent again. Raises Forbidden, Missing, Conflict,
    NoPayoutAccount; OutsideDown when the provider gives no answer (the payout stays processing and
    the sweep goes on with it).
    """
    payout = _claim(payout_id, by=by, at=at)
    if payout.status == Status.PAID:
        return payout
    return send(payout, at=at)


@transaction.atomic
def _claim(payout_id: object, *, by: User, at: datetime) -> Payout:
    if not by.is_admin:
        raise Forbidden
    payout = (
        Payout.objects.select_for_update(of=("self",), no_key=True).filter(pk=payout_id).first()
    )
    if payout is None:
        raise Missing
    if payout.recipient_id == by.pk:
        raise Forbidden("Somebody else has to process a payout to you.", code="four_eyes")
    if payout.status in (Status.PAID, Status.PROCESSING):
        return payout
    if not payout.recipient.stripe_payouts_enabled:
        raise NoPayoutAccount("The recipient's payout account can't be paid at the moment.")
    payout.move(Status.PROCESSING)
    payout.approved_by, payout.processed_at = by, at
    payout.save(update_fields=["status", "approved_by", "processed_at"])
    record(actor=by, action="payout.process", subject=payout, at=at)
    return payout


def send(payout: Payout, *, at: datetime) -> Payout:
    """Make the transfer of a processing payout and book its outcome. Outside any transaction."""
    order = TransferOrder(
        account_id=payout.recipient.stripe_account_id or "",
        amount_cents=payout.amount_cents,
        currency=payout.currency,
        group=f"payout:{payout.pk}",
        metadata={"payout_id": str(payout.pk)},
        idempotency_key=f"payout:{payout.pk}:{payout.attempt}",
    )
    try:
        transfer_id = payments().create_transfer(order)
    except Unavailable as error:
        raise OutsideDown(
            "The payment provider does not answer. The payout stays in work and goes on by itself."
        ) from error
    except Rejected as error:
        return fail_payout(payout_id=payout.pk, reason=str(error), at=at)
    return settle_payout(payout_id=payout.pk, transfer_id=transfer_id, at=at)


@transaction.atomic
def settle_payout(
    *, payout_id: object, transfer_id: str, at: datetime, event_id: str = ""
) -> Payout:
    """The transfer stands: the payout and its rows are paid, the recipient hears of it.

    Called by the API's answer and by ``transfer.created`` / ``transfer.paid``, whichever comes
    first; the second finds it done.
    """
    payout = Payout.objects.select_for_update(of=("self",), no_key=True).get(pk=payout_id)
    if payout.status != Status.PROCESSING:
        return payout
    payout.move(Status.PAID)
    payout.stripe_transfer_id, payout.paid_at = transfer_id, at
    payout.save(update_fields=["status", "stripe_transfer_id", "paid_at"])
    move_splits(
        _rows_of(payout),
        Split.PAID,
        at=at,
        event_id=event_id,
        reason="transfer made",
        paid_at=at,
        stripe_transfer_id=transfer_id,
    )
    _tell(payout, "payout-complete", f"{money_text(payout.amount_cents)} is on its way to you", at)
    return payout


@transaction.atomic
def fail_payout(*, payout_id: object, reason: str, at: datetime) -> Payout:
    """The provider refused: the rows can be asked for again (rule OUT-4). Safe to repeat."""
    payout = Payout.objects.select_for_update(of=("self",), no_key=True).get(pk=payout_id)
    if payout.status != Status.PROCESSING:
        return payout
    payout.move(Status.FAILED)
    payout.failed_at, payout.failure_reason = at, reason[:2000]
    payout.save(update_fields=["status", "failed_at", "failure_reason"])
    _give_back(payout, at=at, actor=None, reason=f"payout failed: {reason}"[:2000])
    _tell(payout, "payout-failed", "Your payout could not be sent", at, reason=reason)
    return payout


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
    _give_back(payout, at=at, actor=by, reason=reason or "payout cancelled")
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one payout of a batch."""

    payout_id: str
    recipient: str
    amount_cents: int
    status: str
    error: str = ""


def process_all(*, by: User, at: datetime) -> list[Outcome]:
    """Process every pending payout, each in its own transaction; one failure stops nothing (OUT-7)."""
    waiting = Payout.objects.filter(status=Status.PENDING).select_related("recipient")
    return [_outcome(payout, by=by, at=at) for payout in waiting.order_by("created_at", "pk")]


def _outcome(payout: Payout, *, by: User, at: datetime) -> Outcome:

    error = ""
    try:
        payout = process_payout(payout_id=payout.pk, by=by, at=at)
    except Refused as refusal:
        payout.refresh_from_db()
        error = refusal.message
    return Outcome(
        payout_id=str(payout.pk),
        recipient=payout.recipient.name,
        amount_cents=payout.amount_cents,
        status=payout.status,
        error=error or payout.failure_reason,
    )


def finish_processing(*, at: datetime, older_than: datetime) -> int:
    """Settle payouts whose transfer call had no answer: look it up, else send with the same key."""
    stuck = Payout.objects.filter(
        status=Status.PROCESSING, processed_at__lt=older_than
    ).select_related("recipient")
    finished = 0
    for payout in stuck.order_by("processed_at"):
        try:
            found = payments().find_transfer(group=f"payout:{payout.pk}")
            if found:
                settle_payout(payout_id=payout.pk, transfer_id=found, at=at)
            else:
                send(payout, at=at)
        except (ProviderError, OutsideDown):
            continue
        finished += 1
    return finished


def _rows_of(payout: Payout) -> list[PaymentSplit]:
    return list(
        PaymentSplit.objects.select_for_update(of=("self",), no_key=True)
        .filter(payout=payout, status=Split.QUEUED)
        .order_by("pk")
    )


def _give_back(payout: Payout, *, at: datetime, actor: User | None, reason: str) -> None:
    move_splits(_rows_of(payout), Split.RELEASABLE, at=at, actor=actor, reason=reason, payout=None)
    BalanceAdjustment.objects.filter(payout=payout).update(payout=None)


def _tell(payout: Payout, template: str, title: str, at: datetime, reason: str = "") -> None:
    notify(
        people=[payout.recipient],
        kind="payout",
        title=title,
        body=reason[:500],
        url="/earnings",
        dedupe_key=f"{template}:{payout.pk}:{payout.attempt}",
        email=template,
        context={"amount": money_text(payout.amount_cents), "reason": reason, "url": "/earnings"},
        at=at,
    )
