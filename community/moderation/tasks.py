"""Tasks of moderation."""

from celery import shared_task

from community.moderation.actions.retention import empty_old_reports
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep


@shared_task(name="community.empty_old_reports")
def empty_reports() -> None:
    """Empty old reports."""
    empty_old_reports(at=clock.now())


SWEEPS = [Sweep("community.empty_old_reports", 86_400)]
