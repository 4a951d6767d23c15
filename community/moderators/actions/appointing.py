"""Creators appoint moderators among their people, and end it (rule ROLE-9)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User
from accounts.notifications.notify import notify
from community.models import CommunityModerator
from community.moderators.notifications import APPOINTED, APPOINTMENT_ENDED, MODERATOR_LEFT
from community.moderators.people import people_of
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from peerloop.kit.rows import locked
from peerloop.kit.tasks import enqueue

MOST_MODERATORS = 20
LONGEST_REASON = 2_000


class KeepsOrderAlready(Conflict):
    """Platform moderators and admins need no appointment."""

    code = "keeps_order_already"
    message = "This person keeps order on the whole platform already."


class TooManyModerators(Conflict):
    """A creator has a limited number of moderators."""

    code = "too_many_moderators"
    message = f"You have {MOST_MODERATORS} moderators. End one appointment first."


@transaction.atomic
def appoint_moderator(*, creator: User, user: User, by: User, at: datetime) -> CommunityModerator:
    """Let a member keep order in a creator's feed and those of all their courses.

    The member is notified, and finds the feeds in their own at once. Safe to repeat: who is
    appointed stays so. Raises Forbidden unless ``by`` is the creator or an admin, Invalid naming
    ``handle`` for who is not among the creator's people, KeepsOrderAlready, TooManyModerators.
    """
    _require_leader(creator, by)
    if user.keeps_order:
        raise KeepsOrderAlready
    # Two at once must not pass the limit together, nor make two rows.
    creator = locked(User.objects.all()).get(pk=creator.pk)
    held = CommunityModerator.objects.active().filter(creator=creator)
    present = held.filter(user=user).first()
    if present is not None:
        return present
    if not people_of(creator).filter(pk=user.pk).exists():
        raise Invalid.field("handle", "Choose somebody who learns or teaches in your courses.")
    if held.count() >= MOST_MODERATORS:
        raise TooManyModerators
    appointment = CommunityModerator.objects.create(
        creator=creator, user=user, appointed_by=by, created_at=at, updated_at=at
    )
    _audit(appointment, "appoint", by=by, at=at)
    notify(
        APPOINTED,
        people=[user],
        key=appointment.pk,
        to=[creator.handle],
        creator=creator.name,
        at=at,
    )
    enqueue("community.refill_timeline", user_id=str(user.pk))
    return appointment


@transaction.atomic
def end_appointment(
    *, appointment: CommunityModerator, by: User, reason: str = "", at: datetime
) -> None:
    """End it, as the creator, an admin, or the moderator; it stays as history. Safe to repeat.

    The other side is notified, with the reason. Raises Forbidden for anybody else, Invalid naming
    ``reason`` over 2,000 characters.
    """
    if by.pk != appointment.user_id:
        _require_leader(appointment.creator, by)
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise Invalid.field("reason", f"At most {LONGEST_REASON:,} characters.")
    row = locked(CommunityModerator.objects.select_related("creator", "user")).get(
        pk=appointment.pk
    )
    if not row.is_active:
        return
    row.is_active, row.revoked_by, row.revoked_at, row.reason = False, by, at, reason
    row.save(update_fields=["is_active", "revoked_by", "revoked_at", "reason"])
    _audit(row, "end", by=by, reason=reason, at=at)
    people = [person for person in (row.user, row.creator) if person.pk != by.pk]
    told = {row.user_id: APPOINTMENT_ENDED, row.creator_id: MODERATOR_LEFT}
    for person in people:
        notify(
            told[person.pk],
            people=[person],
            key=row.pk,
            creator=row.creator.name,
            name=row.user.name,
            reason=reason,
            at=at,
        )


def _require_leader(creator: User, by: User) -> None:
    if by.pk != creator.pk and not by.is_admin:
        raise Forbidden("Only the creator chooses who keeps order among their people.")


def _audit(
    appointment: CommunityModerator, what: str, *, by: User, reason: str = "", at: datetime
) -> None:
    record(
        actor=by,
        action=f"community_moderator.{what}",
        subject=appointment,
        after={"user": str(appointment.user_id), "creator": str(appointment.creator_id)},
        reason=reason,
        at=at,
    )
