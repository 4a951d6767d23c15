"""What becomes of an invited friend, and the points for it (rules GW-2, GW-8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from billing.models import RefundRequest, Transaction
from billing.queries.identities import share_money
from goodwill.models import Reason, Referral
from goodwill.points.actions.awards import points_of
from goodwill.points.actions.moving import mint
from goodwill.points.refusals import AlreadyMoved
from peerloop.kit.rows import locked
from scheduling.models import Session

Status = Referral.Status
# Within these days the friend may still get all their money back (rule REF-2).
AFTER_FIRST_SESSION = timedelta(days=7)


@transaction.atomic
def note_joined(*, user_id: UUID, email: str, origin: Mapping[str, str], at: datetime) -> None:
    """Keep who invited a new member: by the link they came by, else by the oldest invitation.

    Safe to repeat: a member was invited by one other.
    """
    if Referral.objects.filter(referred=user_id).exists():
        return
    came_by = _id(origin.get("invited_by"))
    mine = locked(Referral.objects.filter(email=email, status=Status.SENT))
    if came_by is not None:
        mine = mine.filter(referrer=came_by)
    invited = mine.order_by("created_at").first()
    if invited is not None:
        invited.referred_id = user_id
        invited.joined_at = at
        invited.transition_to(Status.JOINED)
        invited.save()
    elif came_by is not None and User.objects.active().filter(pk=came_by).exists():
        Referral.objects.create(
            referrer_id=came_by,
            referred_id=user_id,
            status=Status.JOINED,
            joined_at=at,
            created_at=at,
            updated_at=at,
        )


@transaction.atomic
def note_enrolled(*, student_id: UUID) -> None:
    """An invited friend takes a course. Safe to repeat."""
    Referral.objects.filter(referred=student_id, status=Status.JOINED).update(
        status=Status.ENROLLED
    )


@transaction.atomic
def settle_referral(*, referral_id: UUID, at: datetime) -> bool:
    """Give 100 points once the friend's first paid session is seven days past (rule GW-8).

    Without a refund, asked for or made; accounts that pay together make it void. Whether points
    moved; safe to repeat. Raises DayIsFull: try again on another day.
    """
    rows = Referral.objects.select_related("referrer", "referred")
    referral = locked(rows).get(pk=referral_id)
    friend = referral.referred
    if referral.status != Status.ENROLLED or friend is None:
        return False
    if share_money(referral.referrer_id, friend.pk):
        referral.transition_to(Status.VOID)
        referral.save()
        return False
    if not referral.referrer.may_sign_in or not _took_part(friend, at):
        return False
    referral.transition_to(Status.QUALIFIED)
    referral.qualified_at = at
    referral.save()
    try:
        mint(
            to=referral.referrer,
            points=points_of(Reason.REFERRAL),
            reason=Reason.REFERRAL,
            cause=f"referral:{friend.pk}",
            subject=friend,
            at=at,
        )
    except AlreadyMoved:
        return False
    return True


def _id(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _took_part(friend: User, at: datetime) -> bool:
    """Whether a session that they paid for was held a week ago, and nothing went back."""
    held = Session.objects.filter(
        student=friend, status=Session.Status.COMPLETED, enrollment__isnull=False
    )
    first = held.order_by("ended_at").first()
    if first is None or first.ended_at is None or first.ended_at > at - AFTER_FIRST_SESSION:
        return False
    asked = RefundRequest.objects.filter(transaction=OuterRef("pk")).exclude(status="withdrawn")
    # A payment of which anything went back has another status.
    paid = Transaction.objects.filter(
        enrollment=first.enrollment_id, status=Transaction.Status.PAID
    )
    return paid.filter(~Exists(asked)).exists()
