"""What is looked for again: certificates whose time is over, enrollments that lack nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from learning.actions.certificates import issue_pending
from learning.actions.progress import complete_if_delivered
from learning.models import Certificate, Enrollment
from learning.queries.completion import ready_to_complete


def issue_due_certificates(*, at: datetime) -> int:
    """Issue completion certificates that the creator has not decided on for seven days (CERT-2).

    Each has its own transaction; a certificate that is locked by a decision is skipped, and one of
    a disputed enrollment stays pending. Returns the number issued. Safe to repeat and to run
    concurrently.
    """
    issued = 0
    while _issue_next(at):
        issued += 1
    return issued


@transaction.atomic
def _issue_next(at: datetime) -> bool:
    certificate = _due(at).select_for_update(no_key=True, of=("self",), skip_locked=True).first()
    if certificate is None:
        return False
    issue_pending(certificate=certificate, by=None, reason="Seven days without an answer.", at=at)
    return True


def _due(at: datetime) -> QuerySet[Certificate]:
    return Certificate.objects.filter(
        status=Certificate.Status.PENDING,
        type=Certificate.Type.COMPLETION,
        auto_issue_at__lte=at,
        enrollment__status=Enrollment.Status.COMPLETED,
    ).order_by("auto_issue_at")


def complete_ready(*, at: datetime, course_id: UUID | None = None) -> int:
    """Complete enrollments that lack nothing any more, since homework was changed or removed.

    Of one course, or of all. Each has its own transaction. Returns how many were found. Safe to
    repeat and to run concurrently.
    """
    found = ready_to_complete()
    if course_id is not None:
        found = found.filter(course=course_id)
    keys = list(found.values_list("pk", flat=True))
    for key in keys:
        complete_if_delivered(enrollment=Enrollment.objects.get(pk=key), at=at)
    return len(keys)
