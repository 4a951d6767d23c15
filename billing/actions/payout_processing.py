"""Payouts are processed by an admin: one transfer each, whatever is repeated or lost."""

import logging
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.audit.log import record
from accounts.models import User
from accounts.notifications.notify import notify
from billing.actions.accounts import lose_account
from billing.actions.locks import lock_payout
from billing.actions.payout_splits import (
    Split,
    Status,
    cancel_locked,
    holds_what_goes_back,
    return_splits,
    rows_of,
)
from billing.actions.payouts import check_payable
from billing.actions.second_eyes import SecondAdminNeeded, may_leave
from billing.ledger import transition_splits
from billing.models import Confirmation, Payout
from billing.notifications import TRANSFER_MISFIT
from billing.notifications.sending import (
    admins,
    notify_payout_complete,
    notify_payout_failed,
    notify_payout_waits,
)
from billing.providers import payments
from billing.providers.base import (
    Transfer,
    TransferOrder,
    has_answered,
    is_not_covered,
    is_without_account,
)
from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from peerloop.kit.refusals import Forbidden, OutsideDown
from peerloop.kit.retries import retried

logger = logging.getLogger(__name__)

IN_WORK = "idempotency_key_in_use"
NO_TRANSFER = "The payment provider did not make the transfer; an admin looks into it."


def process_payout(*, payout_id: UUID, by: User | None, at: datetime) -> Payout:
    """Send a payout as one transfer (rule OUT-6): an admin's act, never for oneself (ROLE-10).

    ``by`` None is the periodic task, where the setting PAYOUT_NEEDS_ADMIN is off (ESC-5).

    Safe to repeat and concurrently: the idempotency key is ``payout:<id>:<attempt>``, and an
    unknown outcome is looked up before another key is used. Raises Forbidden, Missing, WrongMoment,
    PayoutsPaused, NoPayoutAccount, SecondAdminNeeded (above the limit: the first admin only asks,
    see ``second_eyes``); OutsideDown when the provider gives no answer (the payout stays
    processing, and the sweep goes on with it).
    """
    payout, is_first = _claim(payout_id, by=by, at=at)
    if payout.is_pending:
        raise SecondAdminNeeded
    if payout.status == Status.PAID:
        return payout
    return send(payout, at=at) if is_first else look_then_send(payout, at=at)


@retried
@transaction.atomic
def _claim(payout_id: UUID, *, by: User | None, at: datetime) -> tuple[Payout, bool]:
    """The payout, and whether this call is the one that begins to process it.

    It stays pending where the admin only asked, because the amount is above the limit.
    """
    if (by is None and settings.PAYOUT_NEEDS_ADMIN) or (by is not None and not by.is_admin):
        raise Forbidden
    payout = lock_payout(payout_id)
    if by is not None and payout.recipient_id == by.pk:
        raise Forbidden("Somebody else has to process a payout to you.", code="four_eyes")
    if payout.status in (Status.PAID, Status.PROCESSING):
        return payout, False
    check_payable(payout.recipient)
    if not may_leave(
        kind=Confirmation.Kind.PAYOUT,
        subject_id=payout.pk,
        recipient_id=payout.recipient_id,
        amount_cents=payout.amount_cents,
        by=by,
        reason="",
        at=at,
    ):
        return payout, False
    is_new = payout.processed_at is None
    payout.transition_to(Status.PROCESSING)
    payout.approved_by, payout.processed_at = by, at
    payout.save(update_fields=["status", "approved_by", "processed_at"])
    if is_new:
        record(actor=by, action="payout.process", subject=payout, at=at)
    return payout, True


def send(payout: Payout, *, at: datetime) -> Payout:
    """Make the transfer of a processing payout and book its outcome. Outside any transaction."""
    order = TransferOrder(
        account_id=payout.recipient.stripe_account_id or "",
        amount_cents=payout.amount_cents,
        currency=payout.currency,
        group=group_of(payout),
        metadata={"payout_id": str(payout.pk)},
    )
    try:
        made = payments().create_transfer(order, key=f"payout:{payout.pk}:{payout.attempt}")
    except Unavailable as error:
        return _without_outcome(payout, error, at=at)
    except Rejected as error:
        if is_not_covered(error):
            return wait_for_balance(payout_id=payout.pk, at=at)
        if is_without_account(error):
            lose_account(account_id=order.account_id, at=at)
        return fail_payout(payout_id=payout.pk, reason=str(error), words=words_for(error), at=at)
    return _accept(payout, made, at=at)


def group_of(payout: Payout) -> str:
    """The transfer group by which the provider finds the payout's transfer."""
    return f"payout:{payout.pk}"


def look_then_send(payout: Payout, *, at: datetime) -> Payout:
    """Another call began already: its transfer may exist, or be under way with the same key."""
    try:
        found = payments().find_transfer(group_of(payout))
    except ProviderError as error:
        raise _provider_away() from error
    return _accept(payout, found, at=at) if found else send(payout, at=at)


def _without_outcome(payout: Payout, error: Unavailable, *, at: datetime) -> Payout:
    """No transfer was reported. It may exist all the same, so the payout stays processing.

    A provider that answered with an error repeats that answer under the same key. Only then, and
    only if it knows of no transfer, another key is used. Without an answer the request may still
    be under way, so the key stays.
    """
    if error.code == IN_WORK:
        payout.refresh_from_db()
        return payout
    if has_answered(error):
        try:
            found = payments().find_transfer(group_of(payout))
        except ProviderError as silence:
            raise _provider_away() from silence
        if found:
            return _accept(payout, found, at=at)
        same = Payout.objects.filter(pk=payout.pk, status=Status.PROCESSING, attempt=payout.attempt)
        same.update(attempt=F("attempt") + 1)
    raise _provider_away() from error


def _provider_away() -> OutsideDown:
    return OutsideDown(
        "The payment provider does not answer. The payout stays in work and goes on by itself."
    )


def _accept(payout: Payout, made: Transfer, *, at: datetime) -> Payout:
    """Settle with the transfer that was reported, if it is the one that was asked for (NET-3)."""
    asked = (payout.amount_cents, payout.currency, payout.recipient.stripe_account_id)
    if (made.amount_cents, made.currency, made.account_id) != asked:
        logger.error("transfer %s does not fit payout %s", made.transfer_id, payout.pk)
        notify(
            TRANSFER_MISFIT,
            people=admins(),
            key=made.transfer_id,
            to=[payout.pk],
            transfer=made.transfer_id,
            payout=str(payout.pk),
            at=at,
        )
        payout.refresh_from_db()
        return payout
    return settle_payout(payout_id=payout.pk, transfer_id=made.transfer_id, at=at)


@transaction.atomic
def settle_payout(*, payout_id: UUID, transfer_id: str, at: datetime, event_id: str = "") -> Payout:
    """The transfer stands: the payout and its splits are paid, the recipient is notified.

    Called by the API's answer and by ``transfer.created`` / ``transfer.paid``, whichever comes
    first; the second finds it done.
    """
    payout = lock_payout(payout_id)
    if payout.status != Status.PROCESSING:
        return payout
    payout.transition_to(Status.PAID)
    payout.stripe_transfer_id, payout.paid_at = transfer_id, at
    payout.save(update_fields=["status", "stripe_transfer_id", "paid_at"])
    transition_splits(
        rows_of(payout),
        Split.PAID,
        at=at,
        event_id=event_id,
        reason="transfer made",
        paid_at=at,
        stripe_transfer_id=transfer_id,
    )
    notify_payout_complete(payout=payout, at=at)
    return payout


def words_for(error: Rejected) -> str:
    """What the recipient reads of a refusal: about their account, nothing of our books."""
    if is_without_account(error):
        return "The connection to your payout account was ended: connect one again."
    if error.code == "insufficient_capabilities_for_transfer":
        return "Your payout account can't receive money yet: finish what it asks for."
    return NO_TRANSFER


@transaction.atomic
def wait_for_balance(*, payout_id: UUID, at: datetime) -> Payout:
    """Our balance at the provider does not cover the transfer yet: the payout waits (OUT-4).

    It is pending again, and the sweep sends it later on behalf of the admin who processed it; only
    admins are notified, once a day. If a payment in it goes back meanwhile, it is cancelled. Safe
    to repeat.
    """
    payout = lock_payout(payout_id)
    if payout.status != Status.PROCESSING:
        return payout
    payout.transition_to(Status.PENDING)
    payout.attempt += 1
    payout.processed_at = at
    payout.save(update_fields=["status", "attempt", "processed_at"])
    if holds_what_goes_back(payout):
        cancel_locked(payout, at=at, reason="A payment in it goes back to a student")
    else:
        notify_payout_waits(payout=payout, at=at)
    return payout


@transaction.atomic
def fail_payout(*, payout_id: UUID, reason: str, at: datetime, words: str = NO_TRANSFER) -> Payout:
    """The provider refused: the rows can be asked for again (rule OUT-4). Safe to repeat.

    ``reason`` is what the provider says, for admins; the recipient reads the ``words``.
    """
    payout = lock_payout(payout_id)
    if payout.status != Status.PROCESSING:
        return payout
    payout.transition_to(Status.FAILED)
    payout.failed_at, payout.failure_reason = at, reason[:2000]
    payout.failure_words = words
    payout.save(update_fields=["status", "failed_at", "failure_reason", "failure_words"])
    return_splits(payout, at=at, actor=None, reason=f"payout failed: {words}")
    notify_payout_failed(payout=payout, at=at)
    return payout
