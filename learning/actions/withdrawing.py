"""What becomes of waiting requests when their enrollment ends."""

from datetime import datetime

from accounts.models import User
from learning.actions.records import move_certificate
from learning.models import Certificate, Enrollment, TeachingApplication

CANCELLED = "The enrollment was cancelled."


def withdraw_waiting(*, enrollment: Enrollment, by: User | None, at: datetime) -> None:
    """Decline certificates that wait, withdraw the application to teach.

    Otherwise a certificate would be issued by itself for a course that was given back (CERT-2).
    Part of ``close_enrollment``.
    """
    waiting = Certificate.objects.select_for_update(no_key=True).filter(
        enrollment=enrollment, status=Certificate.Status.PENDING
    )
    for certificate in waiting.order_by("pk"):
        certificate.declined_reason = CANCELLED
        move_certificate(certificate, Certificate.Status.DECLINED, by=by, reason=CANCELLED, at=at)
    TeachingApplication.objects.filter(
        enrollment=enrollment, status=TeachingApplication.Status.PENDING
    ).update(
        status=TeachingApplication.Status.WITHDRAWN,
        decided_at=at,
        reason=CANCELLED,
        updated_at=at,
    )
