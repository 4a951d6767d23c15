"""Processing payouts: an admin's act, one transfer each, whatever is repeated or lost."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from billing.actions.payout_rows import Split, give_back, rows_of, tell
from billing.actions.payouts import NoPayoutAccount, Status
from billing.ledger import move_splits
from billing.models import Payout
from billing.providers import payments
from billing.providers.base import TransferOrder
from peerloop.kit.formats import money_text
from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from peerloop.kit.refusals import Forbidden, Missing, OutsideDown, Refused


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
    )
    key = f"payout:{payout.pk}:{payout.attempt}"
    try:
        transfer = payments().create_transfer(order, key=key)
    except Unavailable as error:
        raise OutsideDown(
            "The payment provider does not answer. The payout stays in work and goes on by itself."
        ) from error
    except Rejected as error:
        return fail_payout(payout_id=payout.pk, reason=str(error), at=at)
    return settle_payout(payout_id=payout.pk, transfer_id=transfer.transfer_id, at=at)


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
        rows_of(payout),
        Split.PAID,
        at=at,
        event_id=event_id,
        reason="transfer made",
        paid_at=at,
        stripe_transfer_id=transfer_id,
    )
    tell(payout, "payout-complete", f"{money_text(payout.amount_cents)} is on its way to you", at)
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
    give_back(payout, at=at, actor=None, reason=f"payout failed: {reason}"[:2000])
    tell(payout, "payout-failed", "Your payout could not be sent", at, reason=reason)
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
    """Process every pending payout, each for itself; one failure stops nothing (OUT-7)."""
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
            found = payments().find_transfer(f"payout:{payout.pk}")
            if found:
                settle_payout(payout_id=payout.pk, transfer_id=found.transfer_id, at=at)
            else:
                send(payout, at=at)
        except (ProviderError, OutsideDown):
            continue
        finished += 1
    return finished
