"""The ranking: kept by a sweep, so that a page reads fifty rows whatever was earned (TIER-3)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum

from accounts.models.member import active_member
from goodwill.models import GoodwillDay, Rank, UserGoodwill
from goodwill.models.ranking import Span
from goodwill.points.notices import tier_of
from peerloop.kit.statements import Given, Read

SHOWN, KEPT = 50, 100
MONTH = timedelta(days=30)
PUBLIC = {"user__privacy_public": True}


class Ranked(NamedTuple):
    """A line of the ranking."""

    user_id: UUID
    name: str
    handle: str
    avatar_url: str
    points: int
    total_earned: int

    @property
    def tier_name(self) -> str:
        """The tier in words."""
        return str(tier_of(self.total_earned).label)


RANKS = Read(
    Ranked,
    lambda: (
        Rank.objects.filter(active_member("user__"), **PUBLIC, span=Given("span"))
        .order_by("place")
        .values_list(
            *("user_id", "user__name", "user__handle", "user__avatar_url", "points"),
            "user__goodwill__total_earned",
        )
    ),
)


def ranking(span: Span) -> list[Ranked]:
    """The first fifty with a public profile. One statement."""
    return RANKS.slice(0, SHOWN, span=span.value)


@transaction.atomic
def order_members(*, at: datetime) -> None:
    """Write the places of both spans anew. Safe to repeat and to run at once."""
    with connection.cursor() as cursor:
        # Two sweeps at once would write the same places: the second waits here. Readers don't.
        cursor.execute("LOCK TABLE goodwill_ranks IN SHARE ROW EXCLUSIVE MODE")
    public = active_member("user__")
    days = GoodwillDay.objects.filter(public, **PUBLIC, day__gt=(at - MONTH).date(), earned__gt=0)
    month = days.values("user_id").annotate(points=Sum("earned")).order_by("-points", "user_id")
    ever = UserGoodwill.objects.filter(public, **PUBLIC, total_earned__gt=0)
    _write(Span.MONTH, month.values_list("user_id", "points")[:KEPT], at)
    found = ever.order_by("-total_earned", "user_id").values_list("user_id", "total_earned")
    _write(Span.ALL, found[:KEPT], at)


def _write(span: Span, found: Iterable[tuple[UUID, int]], at: datetime) -> None:
    Rank.objects.filter(span=span).delete()
    Rank.objects.bulk_create(
        Rank(span=span, place=place, user_id=user_id, points=points, at=at)
        for place, (user_id, points) in enumerate(found, start=1)
    )
