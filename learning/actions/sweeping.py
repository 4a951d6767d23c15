"""Issue certificates whose time for a decision is over."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from learning.actions.certificates import issue_pending
from learning.models import Certificate, Enrollment


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
