"""An admin charges a teacher back for a session, or credits them for it (rules REF-10, DISP-4)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.audit.log import record
from accounts.four_eyes import require_another_admin
from accounts.models import User
from billing.models import BalanceAdjustment, PaymentSplit
from billing.notifications.sending import notify_adjusted
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Invalid
from peerloop.kit.rows import locked
from scheduling.models import Session

Reason = BalanceAdjustment.Reason


@transaction.atomic
def adjust_balance(
    *, session: Session, amount_cents: int, reason: str, by: User, at: datetime
) -> BalanceAdjustment:
    """Add a signed amount to the balance of a session's teacher, up to its teaching share.

    Negative is a charge-back, positive a credit that the platform carries. The teacher is notified
    and has 14 days to object. Raises Forbidden for anybody but another admin, Invalid naming
    ``session``, ``amount_cents`` or ``reason``. Not safe to repeat: each call adds an amount.
    """
    require_another_admin(by, session.teacher_id)
    # One after the other: all charge-backs of a session together are at most its share.
    locked(Session.objects.filter(pk=session.pk)).get()
    if not reason.strip():
        raise Invalid.field("reason", "Say why; the teacher reads it.")
    most = _teaching_share(session)
    if not most:
        raise Invalid.field("session", "No payment belongs to this session.")
    if not amount_cents or not -most <= _adjusted(session) + amount_cents <= most:
        raise Invalid.field(
            "amount_cents",
            f"All that is added or charged back for a session is at most {money_text(most)}, its "
            "teaching share.",
        )
    made = BalanceAdjustment.objects.create(
        recipient=session.teacher,
        amount_cents=amount_cents,
        reason=Reason.CHARGEBACK if amount_cents < 0 else Reason.BONUS,
        session=session,
        created_by=by,
        note=reason,
        created_at=at,
        updated_at=at,
    )
    record(
        actor=by,
        action="balance.adjust",
        subject=made,
        after={"amount_cents": amount_cents},
        reason=reason,
        at=at,
    )
    notify_adjusted(adjustment=made, at=at)
    return made


def _adjusted(session: Session) -> int:
    """What was added or charged back for it so far."""
    rows = BalanceAdjustment.objects.filter(session=session, recipient=session.teacher)
    by_hand = rows.filter(reason__in=[Reason.CHARGEBACK, Reason.BONUS])
    return int(by_hand.aggregate(cents=Sum("amount_cents", default=0))["cents"])


def _teaching_share(session: Session) -> int:
    """What its teacher got or would have got for it."""
    rows = PaymentSplit.objects.filter(enrollment=session.enrollment_id, share="teaching")
    if session.enrollment_id is None:
        return 0
    own = rows.filter(session=session).first() or rows.order_by("part_no").first()
    return own.amount_cents if own else 0
