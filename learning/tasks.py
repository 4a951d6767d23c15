"""What the learning app does by the clock."""

from celery import shared_task

from learning.actions import issue_due_certificates
from peerloop.kit import clock


@shared_task(name="learning.issue_due_certificates")
def issue_due() -> None:
    """Issue certificates that nobody decided on for seven days."""
    issue_due_certificates(at=clock.now())


SWEEPS: list[tuple[str, int]] = [("learning.issue_due_certificates", 600)]
