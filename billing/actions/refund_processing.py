"""Refunds on their way: approved, sent once, booked once, whole rows first."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.notices import notify
from billing.actions.refunds import UNPAID, Split
from billing.ledger import move_splits
from billing.models import BalanceAdjustment, PaymentSplit, Refund, RefundRequest, Transaction
from billing.providers import payments
from billing.providers.base import RefundOrder
from learning.actions.enrolling import close_enrollment
from learning.models import Enrollment
from peerloop.kit.formats import money_text
from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from peerloop.kit.refusals import Forbidden, Invalid, OutsideDown
from scheduling.actions.cancelling import cancel_future_sessions

Status = RefundRequest.Status
TAKEN_BACK = (Split.PAID, Split.RETAINED)


@transaction.atomic
def approve_refund(
    *,
    request: RefundRequest,
    by: User | None,
    at: datetime,
    amount_cents: int | None = None,
    reason: str = "",
) -> RefundRequest:
    """Approve a request (rule REF-6): at least the policy's amount, more only with a reason.

    ``by`` None is the approval by itself after 72 hours. Safe to repeat. Raises Forbidden for
    anybody but another admin, Invalid naming ``amount_cents`` or ``reason``.
    """
    request = RefundRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    if request.status != Status.PENDING:
        return request
    if by is not None and (not by.is_admin or by.pk == request.transaction.payer_id):
        raise Forbidden("Another admin has to decide on this refund.", code="four_eyes")
    amount = request.policy_cents if amount_cents is None else amount_cents
    left = request.transaction.amount_cents - request.transaction.refunded_cents
    if not request.policy_cents <= amount <= left:
        raise Invalid.field(
            "amount_cents", f"From {request.policy_cents} to {left} cents can go back."
        )
    if amount > request.policy_cents and not reason.strip():
        raise Invalid.field("reason", "Say why more goes back than the rules ask for.")
    request.move(Status.APPROVED)
    request.approved_cents, request.decided_by = amount, by
    request.save(update_fields=["status", "approved_cents", "decided_by"])
    record(actor=by, action="refund.approve", subject=request, reason=reason, at=at)
    return request


def approve_overdue(*, at: datetime) -> int:
    """Approve requests that waited 72 hours (rule REF-6); how many."""
    overdue = list(RefundRequest.objects.filter(status=Status.PENDING, auto_approve_at__lte=at))
    for request in overdue:
        approve_refund(request=request, by=None, at=at)
    return len(overdue)


def send_approved(*, at: datetime) -> int:
    """Send approved refunds, and again those whose call had no answer; how many were booked."""
    waiting = RefundRequest.objects.filter(status__in=[Status.APPROVED, Status.PROCESSING])
    sent = 0
    for request in waiting.select_related("transaction").order_by("created_at"):
        try:
            sent += send_refund(request_id=request.pk, at=at) is not None
        except OutsideDown:
            continue
    return sent


def send_refund(*, request_id: object, at: datetime) -> Refund | None:
    """One refund at the provider with key ``refund:<request id>`` (rule REF-7), then booked.

    Safe to repeat, also after a lost answer: the same key gives the same refund. Raises OutsideDown
    when the provider gives no answer; a final no makes the request failed.
    """
    with transaction.atomic():
        request = RefundRequest.objects.select_for_update(of=("self",), no_key=True).get(
            pk=request_id
        )
        if request.status == Status.APPROVED:
            request.move(Status.PROCESSING)
            request.save(update_fields=["status"])
        if request.status != Status.PROCESSING:
            return None
    payment = request.transaction
    amount = request.approved_cents or request.policy_cents
    order = RefundOrder(
        payment_id=payment.stripe_payment_intent_id or "",
        amount_cents=amount,
        reference=str(request.pk),
    )
    try:
        made = payments().create_refund(order, key=f"refund:{request.pk}")
    except Unavailable as error:
        raise OutsideDown(
            "The payment provider does not answer. The refund goes on by itself."
        ) from (error)
    except Rejected as error:
        _mark_failed(request, str(error), at=at)
        return None
    return book_refund(
        payment=payment, refund_id=made.refund_id, amount_cents=amount, request=request, at=at
    )


@transaction.atomic
def _mark_failed(request: RefundRequest, reason: str, *, at: datetime) -> None:
    request = RefundRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    if request.status != Status.PROCESSING:
        return
    request.move(Status.FAILED)
    request.save(update_fields=["status"])
    record(actor=None, action="refund.failed", subject=request, reason=reason, at=at)
    notify(
        people=User.objects.active().filter(is_admin=True),
        kind="refund",
        title="A refund was refused by the payment provider",
        body=reason[:500],
        url="/admin/billing/refundrequest/",
        dedupe_key=f"refund-failed:{request.pk}",
        at=at,
    )


@transaction.atomic
def book_refund(
    *,
    payment: Transaction,
    refund_id: str,
    amount_cents: int,
    at: datetime,
    request: RefundRequest | None = None,
    origin: str = Refund.Origin.REQUEST,
    event_id: str = "",
) -> Refund:
    """Write down money that went back, once per refund of the provider (rules REF-7, REF-8).

    The rows that a request froze turn ``refunded``; any other amount takes whole parts from the
    last undelivered backwards, then delivered unpaid ones, then paid ones, and the platform carries
    the rest as an adjustment. A full refund ends the enrollment. Safe to repeat.
    """
    payment = Transaction.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
    known = Refund.objects.filter(stripe_refund_id=refund_id).first()
    if known is not None:
        return known
    rows = list(payment.splits.select_for_update(of=("self",), no_key=True).order_by("part_no"))
    refund = Refund.objects.create(
        transaction=payment,
        request=request,
        amount_cents=amount_cents,
        stripe_refund_id=refund_id,
        origin=origin if request is None else _origin_of(request),
        booked_at=at,
    )
    _take_back(rows, refund, request, at=at, event_id=event_id)
    payment.refunded_cents += amount_cents
    whole = payment.refunded_cents >= payment.amount_cents
    if payment.status not in (Transaction.Status.DISPUTED, Transaction.Status.DISPUTE_LOST):
        payment.status = (
            Transaction.Status.REFUNDED if whole else Transaction.Status.PARTIALLY_REFUNDED
        )
    payment.save(update_fields=["refunded_cents", "status"])
    if request is not None:
        _close_request(request)
    if whole and payment.enrollment_id:
        _end_enrollment(payment, at=at)
    _tell_student(payment, refund, at=at)
    return refund


def _origin_of(request: RefundRequest) -> str:
    duplicate = request.policy == RefundRequest.Policy.DUPLICATE
    return Refund.Origin.DUPLICATE if duplicate else Refund.Origin.REQUEST


def _close_request(request: RefundRequest) -> None:
    request = RefundRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    for step in (Status.APPROVED, Status.PROCESSING, Status.DONE):
        if request.can_move(step):
            request.move(step)
    request.save(update_fields=["status"])


def _take_back(
    rows: list[PaymentSplit],
    refund: Refund,
    request: RefundRequest | None,
    *,
    at: datetime,
    event_id: str,
) -> None:
    left = refund.amount_cents
    if request is not None:
        frozen = [row for row in rows if row.status == Split.FROZEN and not row.flagged_by_id]
        if sum(row.amount_cents for row in frozen) <= left:
            left -= _give_back(frozen, refund, at=at, event_id=event_id)
    for part in _parts_backwards(rows):
        open_rows = [row for row in part if row.status in (*UNPAID, *TAKEN_BACK)]
        amount = sum(row.amount_cents for row in open_rows)
        if len(open_rows) == len(part) and 0 < amount <= left:
            left -= _give_back(open_rows, refund, at=at, event_id=event_id)
    if left:
        BalanceAdjustment.objects.create(
            recipient=None,
            amount_cents=-left,
            reason=BalanceAdjustment.Reason.CORRECTION,
            refund=refund,
            note="part of a refund that is no sum of whole parts: carried by the platform",
        )


def _parts_backwards(rows: Iterable[PaymentSplit]) -> list[list[PaymentSplit]]:
    """Whole parts: undelivered from the last backwards, then delivered unpaid, then paid ones."""
    parts: dict[int, list[PaymentSplit]] = {}
    for row in rows:
        parts.setdefault(row.part_no, []).append(row)

    def place(part: list[PaymentSplit]) -> tuple[int, int]:
        delivered = any(row.delivered_at for row in part)
        gone = any(row.status in TAKEN_BACK for row in part)
        return (2 if gone else int(delivered), -part[0].part_no)

    return sorted(parts.values(), key=place)


def _give_back(rows: list[PaymentSplit], refund: Refund, *, at: datetime, event_id: str) -> int:
    unpaid = [row for row in rows if row.status in UNPAID]
    gone = [row for row in rows if row.status in TAKEN_BACK]
    note = f"refund {refund.stripe_refund_id}"
    move_splits(unpaid, Split.REFUNDED, at=at, event_id=event_id, reason=note, refund=refund)
    owed_again = [row for row in gone if row.status == Split.PAID]
    move_splits(gone, Split.REVERSED, at=at, event_id=event_id, reason=note, refund=refund)
    BalanceAdjustment.objects.bulk_create(
        BalanceAdjustment(
            recipient_id=row.recipient_id,
            amount_cents=-row.amount_cents,
            reason=BalanceAdjustment.Reason.CLAWBACK,
            split=row,
            refund=refund,
            note=note,
        )
        for row in owed_again
    )
    return sum(row.amount_cents for row in rows)


def _end_enrollment(payment: Transaction, *, at: datetime) -> None:
    enrollment = Enrollment.objects.select_for_update(of=("self",), no_key=True).get(
        pk=payment.enrollment_id
    )
    if not enrollment.is_active:
        return
    cancel_future_sessions(enrollment=enrollment, by=payment.payer, reason="Refunded", at=at)
    close_enrollment(enrollment=enrollment, by=None, reason="Refunded in full", at=at)


def _tell_student(payment: Transaction, refund: Refund, *, at: datetime) -> None:
    amount = money_text(refund.amount_cents, payment.currency)
    notify(
        people=[payment.payer],
        kind="refund",
        title=f"{amount} was sent back to you",
        body="Your bank needs a few days to show it.",
        url="/learn",
        dedupe_key=f"refund-processed:{refund.pk}",
        email="refund-processed",
        context={"amount": amount, "course": payment.course.title},
        at=at,
    )


def sync_refunds(*, payment: Transaction, at: datetime, event_id: str = "") -> int:
    """Book what the provider says went back: for ``charge.refunded``, also from its console."""
    try:
        found = payments().list_refunds(payment.stripe_payment_intent_id or "")
    except ProviderError as error:
        raise Unavailable(str(error)) from error
    requests = {str(request.pk): request for request in payment.refund_requests.all()}
    for refund in found:
        if refund.has_failed:
            continue
        request = requests.get(refund.reference)
        book_refund(
            payment=payment,
            refund_id=refund.refund_id,
            amount_cents=refund.amount_cents,
            request=request,
            origin=Refund.Origin.CONSOLE,
            event_id=event_id,
            at=at,
        )
    return len(found)
