"""Scheduled tasks of the learning app."""

from uuid import UUID

from celery import shared_task

from learning.actions import issue_due_certificates
from learning.actions.asking import ask_for_reviews
from learning.actions.sweeping import complete_ready
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep


@shared_task(name="learning.issue_due_certificates")
def issue_due() -> None:
    """Issue completion certificates that the creator has not decided on for seven days."""
    issue_due_certificates(at=clock.now())


@shared_task(name="learning.complete_ready")
def complete_ready_enrollments(course_id: str = "") -> None:
    """Complete enrollments whose open work was taken away, of one course or of all."""
    complete_ready(at=clock.now(), course_id=UUID(course_id) if course_id else None)


@shared_task(name="learning.ask_for_reviews")
def ask_to_review() -> None:
    """Remind students once of courses that they completed and did not review."""
    ask_for_reviews(at=clock.now())


SWEEPS = [Sweep("learning.issue_due_certificates", 600), Sweep("learning.complete_ready", 3_600)]
SWEEPS += [Sweep("learning.ask_for_reviews", 3_600)]
