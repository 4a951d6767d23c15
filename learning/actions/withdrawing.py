"""Withdraw the pending requests of a cancelled enrollment."""

from datetime import datetime

from accounts.models import User
from learning.actions.records import transition_certificate
from learning.models import Certificate, Enrollment, TeachingApplication

CANCELLED = "The enrollment was cancelled."


def withdraw_pending_requests(*, enrollment: Enrollment, by: User | None, at: datetime) -> None:
    """Decline pending certificates and withdraw the application to teach.

    Otherwise a certificate would be issued automatically for a refunded course (CERT-2).
    Part of ``close_enrollment``.
    """
    pending = Certificate.objects.select_for_update(no_key=True).filter(
        enrollment=enrollment, status=Certificate.Status.PENDING
    )
    for certificate in pending.order_by("pk"):
        certificate.declined_reason = CANCELLED
        transition_certificate(
            certificate, Certificate.Status.DECLINED, by=by, reason=CANCELLED, at=at
        )
    TeachingApplication.objects.filter(
        enrollment=enrollment, status=TeachingApplication.Status.PENDING
    ).update(
        status=TeachingApplication.Status.WITHDRAWN,
        decided_at=at,
        reason=CANCELLED,
        updated_at=at,
    )
