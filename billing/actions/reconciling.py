"""What a lost event would lose is looked for every hour (rule DISP-2)."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.inbox import Ignored
from billing.actions.card_disputes import sync_dispute
from billing.actions.known_payments import payment_of
from billing.actions.refund_processing import OPEN, sync_refunds
from billing.actions.refunds import Policy, Split, ask_refund, lock_payment, lock_rows
from billing.models import CardDispute, PaymentSplit, RefundRequest
from billing.providers import payments
from billing.providers.base import Dispute
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.providers import ProviderError, Rejected
from scheduling.models import Session

logger = logging.getLogger(__name__)

# Events are sent again for three days; what is older was told of or seen by an earlier look.
LOOK_BACK = timedelta(days=4)


def look_for_lost_events(*, at: datetime) -> int:
    """Refunds and disputes that the provider knows of, and every open dispute; how many there were.

    Safe to repeat. What can't be followed now is logged and seen again in an hour.
    """
    try:
        refunds = payments().recent_refunds(at - LOOK_BACK)
        disputes = payments().recent_disputes(at - LOOK_BACK)
        disputes += _open_disputes({dispute.dispute_id for dispute in disputes})
    except ProviderError as error:
        logger.warning("no look for lost events: %s", error)
        return 0
    for payment_id, charge_id in {(one.payment_id, one.charge_id) for one in refunds}:
        _follow_refunds(payment_id, charge_id, at=at)
    for dispute in disputes:
        _follow_dispute(dispute, at=at)
    return len(refunds) + len(disputes)


def _open_disputes(seen: set[str]) -> list[Dispute]:
    """Those that are open here and too old for the list."""
    keys = CardDispute.objects.filter(closed_at=None).exclude(stripe_dispute_id__in=seen)
    found = []
    for key in keys.values_list("stripe_dispute_id", flat=True):
        try:
            found.append(payments().get_dispute(key))
        except Rejected as error:
            logger.warning("dispute %s is unknown to the provider: %s", key, error)
    return found


def _follow_refunds(payment_id: str, charge_id: str, *, at: datetime) -> None:
    try:
        payment = payment_of(payment_id=payment_id, charge_id=charge_id, at=at)
        sync_refunds(payment=payment, at=at)
    except Ignored:
        return
    except Exception:
        # One odd refund must not hide the others.
        logger.exception("refunds of %s can't be followed", payment_id)


def _follow_dispute(dispute: Dispute, *, at: datetime) -> None:
    try:
        payment = payment_of(payment_id=dispute.payment_id, charge_id=dispute.charge_id, at=at)
        sync_dispute(payment=payment, dispute=dispute, at=at)
    except Ignored:
        return
    except Exception:
        logger.exception("dispute %s can't be followed", dispute.dispute_id)


def refund_leftovers(*, at: datetime) -> int:
    """Ask back what a cancelled enrollment still holds for sessions that will never be held.

    A session that was under way when the student left kept its part; if it was not held after all,
    the part goes back too (rule REF-3). How many requests were made. Safe to repeat.
    """
    held = PaymentSplit.objects.filter(
        enrollment=OuterRef("pk"), status=Split.HELD, delivered_at=None
    )
    left = Enrollment.objects.filter(Exists(held), status=Enrollment.Status.CANCELLED)
    return sum(_ask_leftovers(enrollment, at=at) for enrollment in left.order_by("pk"))


@transaction.atomic
def _ask_leftovers(enrollment: Enrollment, *, at: datetime) -> bool:
    lock_enrollment(enrollment)
    payment = lock_payment(enrollment)
    if payment is None or _may_still_be_held(enrollment):
        return False
    if RefundRequest.objects.filter(transaction=payment, status__in=OPEN).exists():
        return False
    rows = lock_rows(payment)
    due = {row.part_no for row in rows if row.status == Split.HELD and not row.delivered_at}
    amount = sum(row.amount_cents for row in rows if row.part_no in due)
    amount = min(amount, payment.amount_cents - payment.refunded_cents)
    if amount <= 0:
        return False
    ask_refund(
        enrollment=enrollment,
        payment=payment,
        parts=due,
        policy=Policy.PRO_RATA,
        amount_cents=amount,
        by=None,
        reason="The session was not held",
        at=at,
    )
    return True


def _may_still_be_held(enrollment: Enrollment) -> bool:
    sessions = Session.objects.filter(enrollment=enrollment, kind=Session.Kind.COURSE)
    return sessions.filter(status__in=Session.OPEN).exists()
