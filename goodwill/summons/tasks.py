"""Tasks of calls for help."""

from celery import shared_task

from goodwill.summons.actions import close_overdue
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep


@shared_task(name="goodwill.close_summons")
def close_summons() -> None:
    """Expire calls that nobody answered, close those answered a day ago (rules SUM-1, SUM-3)."""
    close_overdue(at=clock.now())


SWEEPS = [Sweep("goodwill.close_summons", 60)]
