"""Above a limit, what leaves needs two admins: one asks, another one does the same and confirms.

The limits are FOUR_EYES_PAYOUT_CENTS and FOUR_EYES_REFUND_CENTS. A refund that is approved by
itself after 72 hours is not concerned: its amount is what the rules give (REF-6).
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import AnotherAdmin
from accounts.models import User
from billing.models import Confirmation
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from peerloop.kit.rows import locked

Kind = Confirmation.Kind
Status = Confirmation.Status
# A wish that nobody confirmed for so long is over.
LASTS = timedelta(days=14)


class SecondAdminNeeded(Conflict):
    """The amount is above the limit: another admin has to confirm it."""

    code = "second_admin"
    message = "This is above the limit: another admin has to confirm it."


def limit_of(kind: str) -> int:
    """From which amount two admins are needed, in cents."""
    if kind == Kind.PAYOUT:
        return int(settings.FOUR_EYES_PAYOUT_CENTS)
    return int(settings.FOUR_EYES_REFUND_CENTS)


def may_leave(
    *,
    kind: str,
    subject_id: UUID,
    recipient_id: UUID,
    amount_cents: int,
    by: User | None,
    reason: str,
    at: datetime,
) -> bool:
    """Whether the amount may leave now. If not, ``by`` asked for it by this call.

    With the second admin's call it may. What was confirmed once for a payout or refund request
    stays so for the same amount, so that it can be tried again; a grant is confirmed each time.
    Call it inside a transaction that holds the subject's lock. Raises AnotherAdmin for who asked
    already, SecondAdminNeeded where nobody is there to ask.
    """
    if amount_cents < limit_of(kind):
        return True
    rows = Confirmation.objects.filter(kind=kind, subject_id=subject_id)
    if (
        kind != Kind.GRANT
        and rows.filter(status=Status.CONFIRMED, amount_cents=amount_cents).exists()
    ):
        return True
    if by is None:
        raise SecondAdminNeeded
    row = locked(rows.filter(status=Status.WAITING)).first()
    if row is not None and (row.amount_cents != amount_cents or row.asked_at < at - LASTS):
        _decide(row, Status.DECLINED, by, at)
        row = None
    if row is None:
        wish = Confirmation(
            kind=kind,
            subject_id=subject_id,
            recipient_id=recipient_id,
            amount_cents=amount_cents,
            reason=reason,
            asked_by=by,
            asked_at=at,
            created_at=at,
            updated_at=at,
        )
        _ask(wish, by, at)
        return False
    if row.asked_by_id == by.pk:
        raise AnotherAdmin("You asked for this yourself: another admin has to confirm it.")
    _decide(row, Status.CONFIRMED, by, at)
    record(
        actor=by,
        action=f"{kind}.confirm",
        subject=row,
        after={"amount_cents": amount_cents, "asked_by": str(row.asked_by_id)},
        reason=reason,
        at=at,
    )
    return True


def drop_wish(*, kind: str, subject_id: UUID, at: datetime) -> None:
    """What waited for a second admin is settled in another way. Safe to repeat."""
    waiting = Confirmation.objects.filter(kind=kind, subject_id=subject_id, status=Status.WAITING)
    waiting.update(status=Status.DECLINED, decided_at=at, updated_at=at)


def _ask(wish: Confirmation, by: User, at: datetime) -> None:
    wish.save(force_insert=True)
    record(
        actor=by,
        action=f"{wish.kind}.ask",
        subject=wish,
        after={"amount_cents": wish.amount_cents},
        reason=wish.reason,
        at=at,
    )


def _decide(row: Confirmation, status: str, by: User, at: datetime) -> None:
    row.transition_to(status)
    row.decided_by, row.decided_at = by, at
    row.save(update_fields=["status", "decided_by", "decided_at"])


@transaction.atomic
def decline_confirmation(
    *, confirmation: Confirmation, reason: str, by: User, at: datetime
) -> Confirmation:
    """Say no to an amount above the limit, or take one's own wish back. Nothing leaves.

    Raises Forbidden for anybody but an admin, Invalid naming ``reason``, WrongMoment for one that
    was decided on.
    """
    if not by.is_admin:
        raise Forbidden
    if not reason.strip():
        raise Invalid.field("reason", "Say why not.")
    row = locked(Confirmation.objects.all()).get(pk=confirmation.pk)
    if row.status != Status.WAITING:
        raise WrongMoment("This was decided on already.")
    _decide(row, Status.DECLINED, by, at)
    record(
        actor=by,
        action=f"{row.kind}.decline",
        subject=row,
        before={"amount": money_text(row.amount_cents)},
        reason=reason,
        at=at,
    )
    return row
