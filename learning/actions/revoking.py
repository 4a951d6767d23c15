"""Revoke and reinstate certificates."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.models import User
from learning.actions.locks import lock_certificate
from learning.actions.records import transition_certificate
from learning.actions.teaching import switch_teacher
from learning.models import Certificate, StudentTeacher
from learning.notifications import CERTIFICATE_REINSTATED, CERTIFICATE_REVOKED, notify_holder
from peerloop.kit.refusals import Conflict, Invalid

Status = Certificate.Status


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, reason: str, by: User, at: datetime
) -> Certificate:
    """Revoke an issued certificate; its public page shows this (rules CERT-5, CERT-7).

    Revoking a teaching certificate also withdraws the right to teach (rule CERT-6). The holder is
    notified. Audited. Safe to repeat; raises WrongMoment for a certificate that was never issued.
    """
    _require_reason(reason)
    lock_certificate(certificate)
    if certificate.status == Status.REVOKED:
        return certificate
    certificate.revoked_by = by
    certificate.revoked_at = at
    certificate.revoked_reason = reason
    transition_certificate(certificate, Status.REVOKED, by=by, reason=reason, at=at)
    _audit(certificate, "certificate.revoke", before=Status.ISSUED, by=by, reason=reason, at=at)
    row = _student_teacher(certificate)
    if row is not None and row.is_active:
        why = _deactivation_reason(reason)
        switch_teacher(student_teacher=row, active=False, reason=why, by=by, at=at)
    notify_holder(
        CERTIFICATE_REVOKED,
        certificate,
        key=f"{certificate.pk}:{at.isoformat()}",
        reason=certificate.revoked_reason,
        at=at,
    )
    return certificate


@transaction.atomic
def reinstate_certificate(
    *, certificate: Certificate, reason: str, by: User, at: datetime
) -> Certificate:
    """Undo a revocation; the certificate keeps its code (rule CERT-5).

    The right to teach is restored if the revocation had withdrawn it. The holder is notified.
    Audited. Safe to repeat; raises Conflict when the holder has a newer certificate of this type.
    """
    _require_reason(reason)
    require_another(by, certificate.user_id)
    lock_certificate(certificate)
    if certificate.status == Status.ISSUED:
        return certificate
    revoked_for = certificate.revoked_reason
    certificate.revoked_by = None
    certificate.revoked_at = None
    certificate.revoked_reason = ""
    try:
        with transaction.atomic():
            transition_certificate(certificate, Status.ISSUED, by=by, reason=reason, at=at)
    except IntegrityError as error:
        raise Conflict("A newer certificate of this kind stands.") from error
    _audit(certificate, "certificate.reinstate", before=Status.REVOKED, by=by, reason=reason, at=at)
    row = _student_teacher(certificate)
    if row is not None and row.deactivated_reason == _deactivation_reason(revoked_for):
        switch_teacher(student_teacher=row, active=True, reason=reason, by=by, at=at)
    key = f"{certificate.pk}:{at.isoformat()}"
    notify_holder(CERTIFICATE_REINSTATED, certificate, key=key, at=at)
    return certificate


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid.field("reason", "Say why, in a sentence for the holder.")


def _deactivation_reason(reason: str) -> str:
    return f"Certificate revoked: {reason}"[:2000]


def _student_teacher(certificate: Certificate) -> StudentTeacher | None:
    rows = StudentTeacher.objects.select_related("user", "course__creator")
    return rows.filter(certificate=certificate).first()


def _audit(
    certificate: Certificate, action: str, *, before: str, by: User, reason: str, at: datetime
) -> None:
    record(
        actor=by,
        action=action,
        subject=certificate,
        before={"status": before},
        after={"status": certificate.status},
        reason=reason,
        at=at,
    )
