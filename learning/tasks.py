"""Scheduled tasks of the learning app."""

from celery import shared_task

from learning.actions import issue_due_certificates
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep


@shared_task(name="learning.issue_due_certificates")
def issue_due() -> None:
    """Issue completion certificates that the creator has not decided on for seven days."""
    issue_due_certificates(at=clock.now())


SWEEPS = [Sweep("learning.issue_due_certificates", 600)]
