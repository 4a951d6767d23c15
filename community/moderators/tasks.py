"""Tasks of moderators."""

from celery import shared_task

from community.moderators.actions.inviting import expire_invites
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep


@shared_task(name="community.expire_invites")
def expire() -> None:
    """Mark invitations whose time is over, and forget old addresses. Safe to repeat."""
    expire_invites(at=clock.now())


SWEEPS = [Sweep("community.expire_invites", 3_600)]
