"""Escrow: money is held until its part was taught and the days to object are over."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from accounts.audit import record
from accounts.models import User
from billing.ledger import move_splits
from billing.models import PaymentSplit, Transaction
from learning.models import Enrollment
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from scheduling.models import Session

Status = PaymentSplit.Status
BATCH = 500


@transaction.atomic
def deliver_part(*, session_id: object, at: datetime) -> list[PaymentSplit]:
    """Bind the next part of the payment to the session that delivered it (rules ESC-1, SPLIT-6).

    The k-th completed session delivers part k, whatever module it covered: its three rows get the
    session, the teaching row gets its teacher, and all become releasable after the hold (ESC-2).
    Safe to repeat: a session delivers one part. Without a payment (comp) nothing is written.
    """
    session = Session.objects.select_related("course").get(pk=session_id)
    if session.kind != Session.Kind.COURSE or session.enrollment_id is None:
        return []
    rows = list(
        PaymentSplit.objects.select_for_update(of=("self",), no_key=True)
        .filter(enrollment_id=session.enrollment_id, transaction__kind="course")
        .order_by("part_no", "share")
    )
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
    """Release the delivered rows whose hold is over (rule ESC-2); how many.

    Rows of a disputed payment or enrollment wait; frozen ones have their own way. Each batch is its
    own transaction, so that a stop in the middle loses nothing.
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
        .exclude(enrollment__status=Enrollment.Status.DISPUTED)
        .exclude(transaction__status=Transaction.Status.DISPUTED)
        .order_by("releasable_at", "pk")[:BATCH]
    )
    kept = [row for row in due if row.share == PaymentSplit.Share.PLATFORM]
    owed = [row for row in due if row.share != PaymentSplit.Share.PLATFORM]
    move_splits(kept, Status.RETAINED, at=at, reason="hold over")
    move_splits(owed, Status.RELEASABLE, at=at, reason="hold over")
    return len(due)


def _locked_part(split_id: object) -> list[PaymentSplit]:
    split = PaymentSplit.objects.get(pk=split_id)
    return list(
        PaymentSplit.objects.select_for_update(of=("self",), no_key=True)
        .filter(transaction_id=split.transaction_id, part_no=split.part_no)
        .order_by("share")
    )


@transaction.atomic
def flag_part(*, split: PaymentSplit, reason: str, by: User, at: datetime) -> list[PaymentSplit]:
    """Freeze the rows of a delivered part during its hold (rule ESC-4): the course's creator asks
    an admin to look. Raises Invalid without a reason, Conflict once the rows moved on."""
    if not reason.strip():
        raise Invalid.field("reason", "Say what is wrong, so that an admin can look into it.")
    part = _locked_part(split.pk)
    if by.pk != split.transaction.course.creator_id and not by.is_admin:
        raise Forbidden
    held = [row for row in part if row.status == Status.HELD and row.delivered_at]
    if not held:
        raise Conflict("These earnings are no longer in their waiting days.", code="wrong_moment")
    record(actor=by, action="split.flag", subject=split, reason=reason, at=at)
    return move_splits(
        held, Status.FROZEN, at=at, actor=by, reason=reason, flagged_by=by, flagged_reason=reason
    )


@transaction.atomic
def clear_flag(*, split: PaymentSplit, reason: str, by: User, at: datetime) -> list[PaymentSplit]:
    """An admin finds nothing wrong: the rows are held again, and released when their hold is over.

    Raises Forbidden for anybody else, Invalid without a reason.
    """
    if not by.is_admin:
        raise Forbidden
    if not reason.strip():
        raise Invalid.field("reason", "Say why the earnings may go on.")
    frozen = [row for row in _locked_part(split.pk) if row.status == Status.FROZEN]
    record(actor=by, action="split.clear", subject=split, reason=reason, at=at)
    return move_splits(frozen, Status.HELD, at=at, actor=by, reason=reason)


def delivered_parts(enrollment: Enrollment) -> int:
    """How many parts of the enrollment's payment were taught."""
    found = PaymentSplit.objects.filter(
        Q(enrollment=enrollment), transaction__kind="course", delivered_at__isnull=False
    ).aggregate(last=Max("part_no"))
    return int(found["last"] or 0)
