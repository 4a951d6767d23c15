"""Tasks of referrals."""

from uuid import UUID

from celery import shared_task

from goodwill.models import Referral
from goodwill.points.refusals import DayIsFull
from goodwill.referrals.actions.counting import settle_referral
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep, one_by_one


@shared_task(name="goodwill.settle_referrals")
def settle_referrals() -> None:
    """Give the points for friends who took part. A full day tries again with the next sweep."""
    waiting = Referral.objects.filter(status=Referral.Status.ENROLLED)
    keys = list(waiting.order_by("joined_at").values_list("pk", flat=True))
    one_by_one(keys, _settle)


def _settle(key: UUID) -> bool:
    try:
        return settle_referral(referral_id=key, at=clock.now())
    except DayIsFull:
        return False


SWEEPS = [Sweep("goodwill.settle_referrals", 3600)]
