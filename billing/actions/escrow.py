"""Escrow: a share is held until its session was taught and the days to object are over."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another_admin
from accounts.models import User
from billing.ledger import lift_holds, place_holds, transition_splits
from billing.models import Hold, PaymentSplit, Transaction
from billing.notifications.sending import notify_flagged
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from peerloop.kit.retries import retried
from peerloop.kit.rows import locked
from scheduling.models import Session

Status = PaymentSplit.Status
BATCH = 500
LONGEST_REASON = 2000


@transaction.atomic
def deliver_part(*, session_id: UUID, at: datetime) -> list[PaymentSplit]:
    """Bind the next part of the payment to the session that delivered it (rules ESC-1, SPLIT-6).

    The k-th completed session delivers part k, whatever module it covered: its three rows get the
    session, the teaching row gets its teacher, and all become releasable after the hold (ESC-2).
    Rows that are frozen or went back meanwhile keep their state. Safe to repeat: a session delivers
    one part. Without a payment (comp) nothing is written.
    """
    session = Session.objects.select_related("course").get(pk=session_id)
    if session.kind != Session.Kind.COURSE or session.enrollment_id is None:
        return []
    paid = PaymentSplit.objects.filter(
        enrollment_id=session.enrollment_id, transaction__kind="course"
    )
    rows = list(locked(paid).order_by("part_no", "share"))
    if any(row.session_id == session.pk for row in rows):
        return []
    delivered = max((row.part_no for row in rows if row.delivered_at), default=0)
    part = [row for row in rows if row.part_no == delivered + 1]
    ended = session.ended_at or at
    for row in part:
        row.session = session
        row.delivered_at = ended
        row.releasable_at = ended + timedelta(days=settings.HOLD_DAYS)
        if row.share == PaymentSplit.Share.TEACHING:
            row.recipient_id = session.teacher_id
            row.recipient_type = _teaching_type(session)
    PaymentSplit.objects.bulk_update(
        part, ["session", "delivered_at", "releasable_at", "recipient", "recipient_type"]
    )
    return part


def _teaching_type(session: Session) -> str:
    if session.teacher_id == session.course.creator_id:
        return PaymentSplit.RecipientType.CREATOR
    return PaymentSplit.RecipientType.STUDENT_TEACHER


def release_due(*, at: datetime) -> int:
    """Release the delivered rows whose waiting days are over (rule ESC-2); how many.

    Those on which a hold stands are frozen, and wait for its end. Each batch is its own
    transaction, so that a stop in the middle loses nothing.
    """
    released = 0
    while batch := _release_batch(at):
        released += batch
    return released


@transaction.atomic
def _release_batch(at: datetime) -> int:
    due = list(
        PaymentSplit.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(status=Status.HELD, delivered_at__isnull=False, releasable_at__lte=at)
        .order_by("releasable_at", "pk")[:BATCH]
    )
    kept = [row for row in due if row.share == PaymentSplit.Share.PLATFORM]
    owed = [row for row in due if row.share != PaymentSplit.Share.PLATFORM]
    transition_splits(kept, Status.RETAINED, at=at, reason="waiting days over")
    transition_splits(owed, Status.RELEASABLE, at=at, reason="waiting days over")
    return len(due)


@retried
@transaction.atomic
def flag_part(*, split: PaymentSplit, reason: str, by: User, at: datetime) -> list[PaymentSplit]:
    """The course's creator freezes a delivered part in its waiting days, for an admin to look at it
    (rule ESC-4).

    Raises Forbidden for anybody else, Invalid without a reason, Conflict once they were released or
    frozen.
    """
    part = _locked_part(split)
    if by.pk != split.transaction.course.creator_id and not by.is_admin:
        raise Forbidden
    words = _said(reason, "Say what is wrong, so that an admin can look into it.")
    held = [row for row in part if row.status == Status.HELD and row.delivered_at]
    if not held:
        raise Conflict("These earnings are no longer in their waiting days.", code="wrong_moment")
    flagged = place_holds(
        held,
        cause=Hold.Cause.FLAG,
        source_id=cast(UUID, held[0].session_id),
        at=at,
        by=by,
        reason=words,
    )
    record(actor=by, action="split.flag", subject=split, reason=words, at=at)
    notify_flagged(split=split, by=by, reason=words, at=at)
    return flagged


@retried
@transaction.atomic
def clear_flag(*, split: PaymentSplit, reason: str, by: User, at: datetime) -> list[PaymentSplit]:
    """An admin finds nothing wrong: the flag's hold is lifted (rule ESC-4).

    Rows on which no other hold stands are held again, and released when their waiting days are
    over. Raises Forbidden for anybody else and for their own earnings, Invalid without a reason,
    Conflict while the whole payment is going back or nothing is flagged.
    """
    part = _locked_part(split)
    require_another_admin(by, *(row.recipient_id for row in part))
    words = _said(reason, "Say why the earnings may go on.")
    if _goes_back(split.transaction):
        raise Conflict("This payment is going back to the student.", code="wrong_moment")
    cleared = lift_holds(part, cause=Hold.Cause.FLAG, reason=words, at=at, by=by)
    if not cleared:
        raise Conflict("Nothing is flagged here any more.", code="wrong_moment")
    record(actor=by, action="split.clear", subject=split, reason=words, at=at)
    return cleared


def _goes_back(payment: Transaction) -> bool:
    """Whether a refund of the whole payment is under way, flagged parts included."""
    return payment.refund_requests.undone().of_all().exists()


def _said(reason: str, missing: str) -> str:
    words = reason.strip()
    if not words:
        raise Invalid.field("reason", missing)
    if len(words) > LONGEST_REASON:
        raise Invalid.field("reason", f"Use at most {LONGEST_REASON:,} characters.")
    return words


def _locked_part(split: PaymentSplit) -> list[PaymentSplit]:
    part = PaymentSplit.objects.filter(transaction_id=split.transaction_id, part_no=split.part_no)
    return list(locked(part).order_by("share"))
