"""An admin corrects a member's points, with a reason."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another_admin
from accounts.models import User
from goodwill.models import GoodwillTransaction, Reason
from goodwill.models.movement import MOST_CORRECTED
from goodwill.points.actions.moving import mint, spend
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Invalid


@transaction.atomic
def correct_goodwill(
    *, member: User, points: int, reason: str, by: User, at: datetime
) -> GoodwillTransaction:
    """Add points to a member's balance, or with a minus take them, down to zero.

    No limit of a day counts it. The member is told, with the reason. Raises Forbidden for anybody
    but another admin, Invalid naming ``points`` or ``reason``, NotEnough. Not safe to repeat: each
    call is a movement.
    """
    require_another_admin(by, member.pk)
    if not reason.strip():
        raise Invalid.field("reason", "Say why; the member reads it.")
    if not 0 < abs(points) <= MOST_CORRECTED:
        raise Invalid.field("points", f"From 1 to {MOST_CORRECTED:,}, with a minus to take them.")
    why: dict[str, Any] = {
        "note": reason.strip(),
        "created_by": by,
        "at": at,
    }
    cause = f"correction:{uuid7()}"
    if points > 0:
        row = mint(to=member, points=points, cause=cause, reason=Reason.CORRECTION, **why)
    else:
        row = spend(by=member, points=-points, cause=cause, reason=Reason.CORRECTION, **why)
    record(
        actor=by,
        action="goodwill.correct",
        subject=row,
        after={"member": str(member.pk), "points": points},
        reason=reason,
        at=at,
    )
    return row
