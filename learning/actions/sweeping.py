"""What comes due by the clock alone."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from learning.actions.certificates import issue_pending
from learning.models import Certificate, Enrollment


def issue_due_certificates(*, at: datetime) -> int:
    """Issue completion certificates whose creator was silent for seven days (rule CERT-2).

    Each in a transaction of its own; one that a creator decides on at this moment is left to them.
    While the enrollment is disputed its certificate waits. Returns how many were issued. Safe to
    repeat and to run twice at once.
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
