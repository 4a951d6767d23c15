"""Who is told when points arrive."""

from datetime import datetime

from accounts.notifications.notify import notify
from goodwill.models import GoodwillTransaction, Reason, Tier, UserGoodwill
from goodwill.models.account import TIERS
from goodwill.points.notifications import (
    POINTS_CORRECTED,
    POINTS_EARNED,
    POINTS_GIVEN,
    TIER_REACHED,
)


def tier_of(total_earned: int) -> Tier:
    """The tier of a sum of points (rule TIER-1)."""
    return max(
        (tier for tier, least in TIERS.items() if total_earned >= least), key=TIERS.__getitem__
    )


def tell(
    row: GoodwillTransaction, before: UserGoodwill, at: datetime, *, of_points: bool = True
) -> None:
    """Tell a member that points arrived, and of a tier that they reached with them.

    ``before``: their goodwill before the movement. Without ``of_points`` of the tier alone. Belongs
    in its transaction.
    """
    if row.reason == Reason.CORRECTION:
        signed = row.points if row.is_earned else -row.points
        notify(
            POINTS_CORRECTED,
            people=[row.user],
            key=row.pk,
            points=f"{signed:+}",
            why=row.note,
            at=at,
        )
    elif not row.is_earned:
        return
    elif row.reason == Reason.SUMMON_HELP or not of_points:
        # Something else tells of them: the call for help, the mark of an answer.
        pass
    elif row.counterparty is not None:
        notify(
            POINTS_GIVEN,
            people=[row.user],
            key=row.pk,
            name=row.counterparty.name,
            points=row.points,
            why=_why(row),
            at=at,
        )
    else:
        notify(
            POINTS_EARNED, people=[row.user], key=row.pk, points=row.points, why=_why(row), at=at
        )
    total = before.total_earned + (row.points if row.is_earned else 0)
    reached = tier_of(total)
    if reached != tier_of(before.total_earned):
        name = str(reached.label).lower()
        notify(TIER_REACHED, people=[row.user], key=reached.value, tier=name, points=total, at=at)


def _why(row: GoodwillTransaction) -> str:
    return f"{Reason(row.reason).label}."
