"""Notifying members and admins about money that goes back: refunds and card disputes."""

from datetime import datetime

from accounts.notifications.notify import notify
from billing.models import (
    BooksLook,
    CardDispute,
    ExcessRefund,
    Refund,
    RefundFailure,
    RefundReplacement,
    RefundRequest,
    Transaction,
)
from billing.notifications import (
    BOOKS_DIFFER,
    BOOKS_LOOKED,
    DISPUTE_ASKED,
    DISPUTE_LOST,
    DISPUTE_OPENED,
    DISPUTE_WON,
    REFUND_CAME_BACK,
    REFUND_DELAYED,
    REFUND_DUE,
    REFUND_EXCESS,
    REFUND_PROCESSED,
    REFUND_REFUSED,
    REFUND_REQUESTED,
    REFUND_STUCK,
    REFUND_WAITS,
)
from billing.notifications.sending import admins
from learning.models import Enrollment
from peerloop.kit.formats import money_text


def notify_refund_requested(
    *, request: RefundRequest, enrollment: Enrollment, at: datetime
) -> None:
    """Admins have 72 hours to look; the student hears what comes back."""
    values = {
        "amount": money_text(request.policy_cents, request.transaction.currency),
        "course": enrollment.course.title,
        "name": enrollment.student.name,
        "reason": request.reason,
    }
    notify(REFUND_REQUESTED, people=admins(), key=request.pk, **values, at=at)
    notify(REFUND_DUE, people=[enrollment.student], key=request.pk, **values, at=at)


def notify_refund_processed(*, payment: Transaction, refund: Refund, at: datetime) -> None:
    """The student: the money left us."""
    notify(
        REFUND_PROCESSED,
        people=[payment.payer],
        key=refund.pk,
        amount=money_text(refund.amount_cents, payment.currency),
        course=payment.course.title,
        number=str(refund.pk),
        at=at,
    )


def notify_refund_refused(*, request: RefundRequest, reason: str, at: datetime) -> None:
    """Admins: the provider does not make this refund."""
    key = f"{request.pk}:{request.attempt}"
    notify(REFUND_REFUSED, people=admins(), key=key, reason=reason, at=at)


def notify_refund_waits(*, request: RefundRequest, at: datetime) -> None:
    """Admins, once a day: our balance at the provider does not cover a refund yet."""
    payment = request.transaction
    cents = request.approved_cents or request.policy_cents
    key = f"{request.pk}:{at.date().isoformat()}"
    values = _values(payment, cents)
    notify(REFUND_WAITS, people=admins(), key=key, **values, at=at)


def notify_refund_came_back(*, failure: RefundFailure, at: datetime) -> None:
    """Admins: a refund did not reach the payer and has to be sent again. The payer, by mail too."""
    payment = failure.transaction
    values = {
        "amount": money_text(failure.amount_cents, payment.currency),
        "name": payment.payer.name,
        "course": payment.course.title,
    }
    notify(REFUND_CAME_BACK, people=admins(), key=failure.pk, **values, at=at)
    notify(REFUND_DELAYED, people=[payment.payer], key=failure.pk, **values, at=at)


def notify_refund_sent_again(*, replacement: RefundReplacement, at: datetime) -> None:
    """The payer: what came back left us once more."""
    payment = replacement.transaction
    notify(
        REFUND_PROCESSED,
        people=[payment.payer],
        key=replacement.pk,
        amount=money_text(replacement.amount_cents, payment.currency),
        course=payment.course.title,
        number=str(replacement.pk),
        at=at,
    )


def notify_refund_stuck(*, payment: Transaction, amount_cents: int, at: datetime) -> None:
    """Admins, once: a student is owed what the provider can't send."""
    values = _values(payment, amount_cents)
    notify(REFUND_STUCK, people=admins(), key=payment.pk, to=[payment.pk], **values, at=at)


def notify_excess(*, excess: ExcessRefund, at: datetime) -> None:
    """Admins: more left for a payment than was paid."""
    values = _values(excess.transaction, excess.amount_cents)
    notify(REFUND_EXCESS, people=admins(), key=excess.pk, **values, at=at)


def notify_books_differ(*, payment: Transaction, amount_cents: int, at: datetime) -> None:
    """Admins, once for each sum: the provider sent back another sum than our ledger says."""
    values = _values(payment, abs(amount_cents))
    key = f"{payment.pk}:{amount_cents}"
    notify(BOOKS_DIFFER, people=admins(), key=key, to=[payment.pk], **values, at=at)


def notify_books_looked(*, look: BooksLook, number: int, at: datetime) -> None:
    """Admins, once a look: so many differences are new."""
    notify(BOOKS_LOOKED, people=admins(), key=look.pk, number=number, at=at)


def _values(payment: Transaction, amount_cents: int) -> dict[str, str]:
    return {
        "amount": money_text(amount_cents, payment.currency),
        "name": payment.payer.name,
        "course": payment.course.title,
    }


def notify_dispute_opened(*, dispute: CardDispute, at: datetime) -> None:
    """Admins: a payer's bank took the money back, or asks before it does."""
    is_question = dispute.is_inquiry
    notify(
        DISPUTE_ASKED if is_question else DISPUTE_OPENED,
        people=admins(),
        key=f"{dispute.pk}:{'asked' if is_question else 'taken'}",
        **_dispute_values(dispute),
        at=at,
    )


def notify_dispute_closed(*, dispute: CardDispute, at: datetime) -> None:
    """Admins: how it ended."""
    is_lost = dispute.status == CardDispute.LOST
    notify(
        DISPUTE_LOST if is_lost else DISPUTE_WON,
        people=admins(),
        key=dispute.pk,
        **_dispute_values(dispute),
        is_lost=is_lost,
        at=at,
    )


def _dispute_values(dispute: CardDispute) -> dict[str, str]:
    payment = dispute.transaction
    return {
        "amount": money_text(dispute.amount_cents, payment.currency),
        "course": payment.course.title,
        "name": payment.payer.name,
        "reason": dispute.reason.replace("_", " "),
        "number": dispute.stripe_dispute_id,
    }
