"""Tasks of points."""

from datetime import datetime, timedelta
from uuid import UUID

from celery import shared_task
from django.db.models import Exists, OuterRef

from goodwill.models import GoodwillTransaction, Reason
from goodwill.points.actions.awards import award_mentor
from goodwill.points.ranking import order_members
from goodwill.points.refusals import DayIsFull
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep, one_by_one
from scheduling.models import Session

# Longer than a full day of the mentor lasts, so that the award comes on the next one.
LOOK_BACK = timedelta(days=3)
BATCH = 500


@shared_task(name="goodwill.mentor")
def mentor(session_id: str) -> None:
    """Reward the mentor if it was a new teacher's first session. Safe to repeat."""
    _reward(UUID(session_id), clock.now())


@shared_task(name="goodwill.mentors_due")
def mentors_due() -> None:
    """Reward mentors whose task was lost, or whose day was full."""
    at = clock.now()
    rewarded = GoodwillTransaction.objects.filter(
        reason=Reason.FIRST_SESSION_MENTOR, subject=OuterRef("teacher")
    )
    earlier = Session.objects.filter(
        teacher=OuterRef("teacher"),
        status=Session.Status.COMPLETED,
        ended_at__lt=OuterRef("ended_at"),
    )
    firsts = Session.objects.filter(
        ~Exists(earlier),
        ~Exists(rewarded),
        status=Session.Status.COMPLETED,
        scheduled_end__gt=at - LOOK_BACK,
    )
    ids = firsts.order_by("scheduled_end").values_list("pk", flat=True)[:BATCH]
    one_by_one(ids, lambda pk: _reward(pk, at))


def _reward(session_id: UUID, at: datetime) -> bool:
    session = Session.objects.select_related("course", "teacher").get(pk=session_id)
    try:
        return award_mentor(session=session, at=at)
    except DayIsFull:
        return False


@shared_task(name="goodwill.rank")
def rank() -> None:
    """Order members anew by what they earned (rule TIER-3). Safe to repeat."""
    order_members(at=clock.now())


SWEEPS = [Sweep("goodwill.mentors_due", 3600), Sweep("goodwill.rank", 600)]
