"""Change a certificate's status and record each change: who, when, why (rule CERT-5)."""

import secrets
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from learning.models import Certificate, CertificateEvent, Enrollment

# Without 0 and O, 1, I and L, and U, which are confused when read aloud or typed from paper.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def new_code() -> str:
    """A random code for public verification; 30^12 are possible, too many to guess (CERT-7)."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def record_request(certificate: Certificate, *, by: User | None, reason: str, at: datetime) -> None:
    """Record that the certificate was requested."""
    CertificateEvent.objects.create(
        certificate=certificate,
        actor=by,
        from_status="",
        to_status=certificate.status,
        reason=reason,
        created_at=at,
        updated_at=at,
    )


def transition_certificate(
    certificate: Certificate, status: str, *, by: User | None, reason: str, at: datetime
) -> None:
    """Change the status, save the row and record the change.

    ``by`` is None for the system. Raises WrongMoment for a transition that is not allowed.
    """
    before = certificate.status
    certificate.transition_to(status)
    certificate.save()
    CertificateEvent.objects.create(
        certificate=certificate,
        actor=by,
        from_status=before,
        to_status=status,
        reason=reason,
        created_at=at,
        updated_at=at,
    )


def live_certificate(enrollment: Enrollment, type: str) -> Certificate | None:
    """The student's pending or issued certificate of that type, locked (rule CERT-1).

    It may belong to an earlier enrollment in the course. The caller has locked the enrollment.
    """
    live = _certificates(enrollment, type).filter(
        status__in=[Certificate.Status.PENDING, Certificate.Status.ISSUED]
    )
    return live.select_for_update(no_key=True).first()


def was_revoked(enrollment: Enrollment, type: str) -> bool:
    """Whether the student has a revoked certificate of that type, which can be reinstated."""
    return _certificates(enrollment, type).filter(status=Certificate.Status.REVOKED).exists()


def _certificates(enrollment: Enrollment, type: str) -> QuerySet[Certificate]:
    return Certificate.objects.filter(
        user=enrollment.student_id, course=enrollment.course_id, type=type
    )
