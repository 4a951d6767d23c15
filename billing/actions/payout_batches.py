"""Many payouts: an admin's batch, and what the sweeps send and settle, each by itself."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from billing.actions.payout_processing import look_then_send, process_payout
from billing.actions.payout_splits import OPEN, Status
from billing.actions.payouts import PayoutOpen, request_payout
from billing.models import Payout
from billing.queries import pending_recipients
from peerloop.kit.refusals import Forbidden, OutsideDown, Refused
from peerloop.kit.sweeps import one_by_one

logger = logging.getLogger(__name__)

# How long a payout waits until our balance is tried again.
BALANCE_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one payout of a batch. Without a payout none could be opened."""

    payout_id: str | None
    recipient: str
    amount_cents: int
    status: str
    error: str = ""


def process_all(*, by: User, at: datetime) -> list[Outcome]:
    """Pay everybody who is owed the minimum and can be paid (rule OUT-7).

    Payouts that wait, and new ones for those who did not ask. Each is its own transaction; one
    failure stops nothing and is in the list. Raises Forbidden for anybody but an admin.
    """
    if not by.is_admin:
        raise Forbidden
    refused = open_for_all(by=by, at=at)
    waiting = Payout.objects.filter(status=Status.PENDING).select_related("recipient")
    return [
        *(_outcome(payout, by=by, at=at) for payout in waiting.order_by("created_at", "pk")),
        *refused,
    ]


def open_for_all(*, by: User, at: datetime) -> list[Outcome]:
    """Open a payout for everybody who is owed the minimum, can be paid and did not ask (OUT-7).

    Who could not be opened, and why. Each is its own transaction; the admin's own earnings are left
    out. Safe to repeat.
    """
    refused = []
    busy = set(Payout.objects.filter(status__in=OPEN).values_list("recipient_id", flat=True))
    for owed in pending_recipients():
        member = owed.recipient
        if member.pk in busy or member.pk == by.pk or not owed.is_ready:
            continue
        if owed.amount_cents < settings.PAYOUT_LEAST_CENTS:
            continue
        try:
            request_payout(recipient=member, amount_cents=None, at=at, by=by)
        except PayoutOpen:
            continue
        except Refused as refusal:
            refused.append(
                Outcome(None, member.name, owed.amount_cents, "not_opened", refusal.message)
            )
    return refused


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


def process_waiting(*, at: datetime) -> int:
    """Send what waits and needs no admin any more; how many were sent. Safe to repeat.

    That is: what an admin processed when our balance did not cover it, tried again each hour, and
    everything where no admin is needed (setting PAYOUT_NEEDS_ADMIN). Those who can't be paid now
    wait on.
    """
    waiting = Payout.objects.filter(status=Status.PENDING)
    waiting = waiting.filter(Q(processed_at=None) | Q(processed_at__lte=at - BALANCE_PAUSE))
    if settings.PAYOUT_NEEDS_ADMIN:
        waiting = waiting.exclude(approved_by=None)

    def send_on(payout: Payout) -> bool:
        try:
            payout = process_payout(payout_id=payout.pk, by=payout.approved_by, at=at)
        except Refused as refusal:
            logger.info("payout %s waits: %s", payout.pk, refusal.message)
        return payout.status == Status.PAID

    found = waiting.select_related("approved_by").order_by("created_at", "pk")
    return one_by_one(list(found), send_on)


def finish_processing(*, at: datetime, older_than: datetime) -> int:
    """Settle payouts whose transfer call had no answer; how many came to an end.

    Each is looked up at the provider first, then sent again. One that is still without an answer
    does not keep the others waiting.
    """
    stuck = Payout.objects.filter(status=Status.PROCESSING, processed_at__lt=older_than)

    def finish(payout: Payout) -> bool:
        try:
            return look_then_send(payout, at=at).status != Status.PROCESSING
        except OutsideDown:
            return False

    return one_by_one(list(stuck.select_related("recipient").order_by("processed_at")), finish)
