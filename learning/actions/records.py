"""Every change of a certificate's state leaves a row: who, when, why (rule CERT-5)."""

import secrets
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from learning.models import Certificate, CertificateEvent, Enrollment

# Without 0 O, 1 I L and U: read aloud or typed from paper, no two look or sound alike.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def new_code() -> str:
    """A code for public verification: 30^12 of them, so guessing finds none (rule CERT-7)."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def record_birth(certificate: Certificate, *, by: User | None, reason: str, at: datetime) -> None:
    """Note that the certificate was asked for."""
    CertificateEvent.objects.create(
        certificate=certificate,
        actor=by,
        from_status="",
        to_status=certificate.status,
        reason=reason,
        created_at=at,
        updated_at=at,
    )


def move_certificate(
    certificate: Certificate, status: str, *, by: User | None, reason: str, at: datetime
) -> None:
    """Change the state along the moves table, save the row and leave its event.

    ``by`` is nobody when the system acts. Raises WrongMoment for a move that the table lacks.
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

    Call it with the enrollment locked. It may stem from an earlier enrollment in the course.
    """
    live = _of(enrollment, type).filter(
        status__in=[Certificate.Status.PENDING, Certificate.Status.ISSUED]
    )
    return live.select_for_update(no_key=True).first()


def was_revoked(enrollment: Enrollment, type: str) -> bool:
    """Whether the student's certificate of that type was taken back; only reinstating undoes it."""
    return _of(enrollment, type).filter(status=Certificate.Status.REVOKED).exists()


def _of(enrollment: Enrollment, type: str) -> QuerySet[Certificate]:
    return Certificate.objects.filter(
        user=enrollment.student_id, course=enrollment.course_id, type=type
    )
