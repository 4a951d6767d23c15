"""What a lost event would lose is looked for every hour (rule DISP-2)."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.incoming.inbox import receive
from accounts.models import WebhookEvent
from billing.actions.card_disputes import sync_dispute
from billing.actions.refunds import OPEN, Policy, ask_refund, lock_payment, lock_rows
from billing.models import CardDispute, Hold, PaymentSplit, RefundRequest
from billing.providers import payments
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.providers import ProviderError
from scheduling.models import Session

logger = logging.getLogger(__name__)

# The sweep looks every hour; a provider repeats what failed by itself for days besides.
LOOK_BACK = timedelta(hours=26)


def look_for_lost_events(*, at: datetime, kinds: Sequence[str]) -> int:
    """Take in events that never reached us, and ask about every open dispute; how many there were.

    A taken-in event is worked like one that came by itself. Safe to repeat: the inbox knows what it
    has. Without an answer of the provider the next look finds them.
    """
    try:
        told = payments().recent_events(at - LOOK_BACK, kinds)
    except ProviderError as error:
        logger.warning("no look for lost events: %s", error)
        return 0
    known = set(
        WebhookEvent.objects.filter(
            provider="stripe", event_id__in=[event.event_id for event in told]
        ).values_list("event_id", flat=True)
    )
    lost = [event for event in told if event.event_id not in known]
    for event in lost:
        logger.warning("event %s (%s) never reached us", event.event_id, event.kind)
        receive(
            provider="stripe",
            event_id=event.event_id,
            kind=event.kind,
            payload=event.payload,
            at=at,
        )
    return len(lost)


def ask_about_disputes(*, at: datetime) -> int:
    """Follow every dispute that is open here (rule DISP-2); how many. Safe to repeat."""
    rows = CardDispute.objects.filter(closed_at=None).select_related("transaction")
    asked = 0
    for row in rows.order_by("opened_at"):
        try:
            found = payments().get_dispute(row.stripe_dispute_id)
            sync_dispute(payment=row.transaction, dispute=found, at=at)
        except ProviderError as error:
            logger.warning("dispute %s stays as it is: %s", row.stripe_dispute_id, error)
            continue
        asked += 1
    return asked


def refund_leftovers(*, at: datetime) -> int:
    """Ask back what a cancelled enrollment still holds and nobody asked for (rule REF-3).

    A session that was under way when the student left kept its part; if it was not held after all,
    the part goes back too. So does what could not be asked for because another refund was on its
    way. How many requests were made. Safe to repeat.
    """
    waiting = PaymentSplit.objects.filter(
        _is_left(), enrollment=OuterRef("pk"), transaction__kind="course"
    )
    left = Enrollment.objects.filter(Exists(waiting), status=Enrollment.Status.CANCELLED)
    return sum(_ask_leftovers(enrollment, at=at) for enrollment in left.order_by("pk"))


def _is_left() -> Q:
    """Rows of a cancelled enrollment that have to go back: never taught, or held for that.

    Not while a card dispute holds them too: the provider would refuse the refund.
    """
    standing = Hold.objects.standing().filter(split=OuterRef("pk"))
    return Q(status=PaymentSplit.Status.HELD, delivered_at=None) | Q(
        Exists(standing.filter(cause=Hold.Cause.CANCELLATION)),
        ~Exists(standing.filter(cause=Hold.Cause.CARD_DISPUTE)),
    )


@transaction.atomic
def _ask_leftovers(enrollment: Enrollment, *, at: datetime) -> bool:
    lock_enrollment(enrollment)
    payment = lock_payment(enrollment)
    if payment is None or _may_still_be_held(enrollment):
        return False
    decided_on = (*OPEN, RefundRequest.Status.FAILED)
    if RefundRequest.objects.filter(transaction=payment, status__in=decided_on).exists():
        return False
    due = set(payment.splits.filter(_is_left()).values_list("part_no", flat=True))
    amount = sum(row.amount_cents for row in lock_rows(payment) if row.part_no in due)
    amount = min(amount, payment.amount_cents - payment.refunded_cents)
    if amount <= 0:
        return False
    asked = ask_refund(
        enrollment=enrollment,
        payment=payment,
        parts=due,
        policy=_policy_of(enrollment),
        amount_cents=amount,
        by=None,
        reason="Asked for later: see the enrollment",
        at=at,
    )
    return asked is not None


def _policy_of(enrollment: Enrollment) -> str:
    """The rule that held when the student left."""
    if enrollment.guarantee_used_at == enrollment.cancelled_at:
        return Policy.GUARANTEE
    return Policy.PRO_RATA


def _may_still_be_held(enrollment: Enrollment) -> bool:
    sessions = Session.objects.open().filter(enrollment=enrollment, kind=Session.Kind.COURSE)
    return sessions.exists()
