"""Tasks of questions."""

from celery import shared_task

from catalog.inquiries.actions import forget_old
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep


@shared_task(name="catalog.forget_old_inquiries")
def forget_old_inquiries() -> None:
    """Delete old questions of who has no account."""
    forget_old(at=clock.now())


SWEEPS = [Sweep("catalog.forget_old_inquiries", 86_400)]
