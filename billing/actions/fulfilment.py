"""A payment arrived: enrollment, transaction and splits are created, exactly once.

Called by the event, its repetitions, the success page and a periodic task, in any order and
concurrently: the checkout's row is locked, and the second call finds it done.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from billing.actions.chosen_time import book_chosen_time
from billing.actions.payers import keep_payer
from billing.ledger import place_holds
from billing.models import (
    CheckoutSession,
    Hold,
    PaymentSplit,
    RefundRequest,
    SplitEvent,
    Transaction,
)
from billing.money import PLATFORM_PERCENT as PLATFORM
from billing.money import ROYALTY_PERCENT, TEACHING_PERCENT, shares, spread
from billing.notifications.sending import notify_admins_of_doubt, notify_duplicate, notify_enrolled
from billing.providers.base import HostedCheckout
from catalog.actions.following import follow_course
from learning.actions.enrolling import AlreadyEnrolled, open_enrollment
from learning.models import Enrollment
from peerloop.kit.rows import locked
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)

Status = CheckoutSession.Status
Share = PaymentSplit.Share
Type = PaymentSplit.RecipientType


class UnknownCheckout(Exception):
    """A payment for a checkout that is not ours."""


class WrongAmount(Exception):
    """The amount paid is not the amount asked for: an admin has to look at it."""


@dataclass(frozen=True, slots=True)
class PaidCheckout:
    """What the provider says was paid."""

    session_id: str
    reference: str
    amount_cents: int
    currency: str
    payment_id: str = ""
    charge_id: str = ""
    customer_id: str = ""

    @classmethod
    def of(cls, page: HostedCheckout) -> Self:
        """From the provider's page, which must be paid."""
        return cls(
            session_id=page.session_id,
            reference=page.reference,
            amount_cents=page.amount_cents,
            currency=page.currency,
            payment_id=page.payment_id,
            charge_id=page.charge_id,
            customer_id=page.customer_id,
        )


def fulfil_checkout(*, paid: PaidCheckout, at: datetime, event_id: str = "") -> Transaction:
    """Turn a paid checkout into enrollment, transaction and 3 split rows a module (rule ENR-8).

    Price and number of modules are those frozen on the checkout. A time that was chosen with it is
    booked in the same transaction, if it can be (rule HOLD-2). A second payment for an active
    enrollment is kept in the ledger and refunded in full (rule ENR-4). Safe to repeat and to run at
    once. Raises UnknownCheckout, or WrongAmount when sum or currency differ (NET-3).
    """
    try:
        return _fulfil(paid=paid, at=at, event_id=event_id)
    except WrongAmount:
        notify_admins_of_doubt(session_id=paid.session_id, at=at)
        raise


@transaction.atomic
def _fulfil(*, paid: PaidCheckout, at: datetime, event_id: str) -> Transaction:
    checkout = _locked(paid)
    known = Transaction.objects.filter(checkout=checkout).first()
    if known is not None:
        return fill_ids(known, payment_id=paid.payment_id, charge_id=paid.charge_id)
    if (checkout.amount_cents, checkout.currency) != (paid.amount_cents, paid.currency):
        raise WrongAmount(f"{paid.session_id}: {paid.amount_cents} {paid.currency} were paid")
    enrollment = _enrolled(checkout, at=at)
    checkout.stripe_session_id = paid.session_id
    checkout.transition_to(Status.PAID if enrollment else Status.REFUNDED_DUPLICATE)
    checkout.save(update_fields=["stripe_session_id", "status"])
    payment = Transaction.objects.create(
        checkout=checkout,
        payer=checkout.payer,
        student=checkout.student,
        course=checkout.course,
        enrollment=enrollment,
        kind=checkout.kind,
        amount_cents=checkout.amount_cents,
        currency=checkout.currency,
        stripe_payment_intent_id=paid.payment_id or None,
        stripe_charge_id=paid.charge_id or None,
        paid_at=at,
    )
    keep_payer(user=checkout.payer, customer_id=paid.customer_id, at=at)
    enqueue("billing.issue_papers")
    splits = _write_splits(payment, parts=checkout.modules_paid, event_id=event_id, at=at)
    if enrollment is None:
        _send_back(payment, splits, event_id=event_id, at=at)
        return payment
    follow_course(course=checkout.course, by=checkout.student)
    session = book_chosen_time(checkout=checkout, enrollment=enrollment, at=at)
    notify_enrolled(payment=payment, enrollment=enrollment, session=session, at=at)
    return payment


def _locked(paid: PaidCheckout) -> CheckoutSession:
    """The checkout by the provider's id, or by ours if the answer with that id was lost."""
    mine = Q(stripe_session_id=paid.session_id)
    try:
        mine |= Q(pk=UUID(paid.reference), stripe_session_id=None)
    except ValueError:
        logger.info("%s carries no id of a checkout", paid.session_id)
    rows = CheckoutSession.objects.select_related("course__creator", "student", "payer", "teacher")
    found = locked(rows.filter(mine)).first()
    if found is None:
        raise UnknownCheckout(f"no checkout of ours has the session {paid.session_id}")
    return found


def _enrolled(checkout: CheckoutSession, *, at: datetime) -> Enrollment | None:
    """The new enrollment; None if the student is in the course already."""
    try:
        return open_enrollment(
            student=checkout.student,
            course=checkout.course,
            teacher=checkout.teacher,
            modules_paid=checkout.modules_paid,
            source=Enrollment.Source.CHECKOUT,
            at=at,
        )
    except AlreadyEnrolled:
        return None


def fill_ids(payment: Transaction, *, payment_id: str, charge_id: str) -> Transaction:
    """Fill in the provider's ids that an earlier event did not have yet."""
    for name, value in (
        ("stripe_payment_intent_id", payment_id),
        ("stripe_charge_id", charge_id),
    ):
        if value and not getattr(payment, name):
            missing: dict[str, Any] = {name: None}
            Transaction.objects.filter(pk=payment.pk, **missing).update(**{name: value})
            setattr(payment, name, value)
    return payment


def _write_splits(
    payment: Transaction, *, parts: int, event_id: str, at: datetime
) -> list[PaymentSplit]:
    """The rows of a payment, all held (rules SPLIT-6, ESC-1), each with its first audit row.

    The teaching rows have no recipient: whoever teaches the session of a part gets it.
    """
    split = shares(payment.amount_cents)
    creator = payment.course.creator
    kinds = (
        (Share.PLATFORM, Type.PLATFORM, None, PLATFORM, split.platform),
        (Share.ROYALTY, Type.CREATOR, creator, ROYALTY_PERCENT, split.royalty),
        (Share.TEACHING, Type.STUDENT_TEACHER, None, TEACHING_PERCENT, split.teaching),
    )
    rows = [
        PaymentSplit(
            transaction=payment,
            enrollment=payment.enrollment,
            part_no=number,
            share=share,
            recipient=recipient,
            recipient_type=recipient_type,
            percent=percent,
            amount_cents=cents,
            created_at=at,
            updated_at=at,
        )
        for share, recipient_type, recipient, percent, whole in kinds
        for number, cents in enumerate(spread(whole, parts), start=1)
    ]
    PaymentSplit.objects.bulk_create(rows)
    SplitEvent.objects.bulk_create(
        SplitEvent(split=row, to_status=row.status, event_id=event_id, reason="paid", at=at)
        for row in rows
    )
    return rows


def _send_back(
    payment: Transaction, splits: list[PaymentSplit], *, event_id: str, at: datetime
) -> None:
    """Freeze a second payment for the same course, and refund it in full at once (rule ENR-4).

    The refund is sent by a task after commit; the request is its idempotency key.
    """
    cause = Hold.Cause.DUPLICATE
    place_holds(splits, cause=cause, source_id=payment.pk, at=at, event_id=event_id)
    request = RefundRequest.objects.create(
        transaction=payment,
        reason=str(cause.label),
        policy=RefundRequest.Policy.DUPLICATE,
        policy_cents=payment.amount_cents,
        approved_cents=payment.amount_cents,
        status=RefundRequest.Status.APPROVED,
        auto_approve_at=at + timedelta(hours=settings.REFUND_AUTO_HOURS),
    )
    notify_duplicate(payment=payment, at=at)
    enqueue("billing.send_refund", request_id=str(request.pk))
