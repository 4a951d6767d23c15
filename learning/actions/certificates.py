"""Request, issue and decline certificates."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.models import User
from learning.actions.certifying import certify_teacher
from learning.actions.locks import lock_certificate, lock_enrollment
from learning.actions.records import (
    live_certificate,
    new_code,
    record_request,
    transition_certificate,
    was_revoked,
)
from learning.models import Certificate, Enrollment
from learning.notifications import (
    CERTIFICATE_DECLINED,
    notify_creator,
    notify_holder,
    notify_issued,
)
from learning.queries import delivered_count
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from peerloop.kit.text import isolated

Type = Certificate.Type
Status = Certificate.Status

# Completion is on record, so it needs no decision by the creator (rule CERT-2).
AUTO_ISSUE_AFTER = timedelta(days=7)


class NotYetEarned(WrongMoment):
    """The student has not yet met the conditions of this certificate."""

    code = "not_earned"


def request_completion_certificate(*, enrollment: Enrollment, at: datetime) -> Certificate | None:
    """Request the completion certificate; it is issued automatically after 7 days (CERT-2).

    A pending recommendation is turned into this request. Returns None when the certificate was
    revoked: it can only be reinstated. The caller has locked the enrollment. Safe to repeat.
    """
    due = at + AUTO_ISSUE_AFTER
    certificate = live_certificate(enrollment, Type.COMPLETION)
    if certificate is None and was_revoked(enrollment, Type.COMPLETION):
        return None
    if certificate is None:
        return _request(enrollment, Type.COMPLETION, by=None, auto_issue_at=due, at=at)
    if certificate.status == Status.PENDING and certificate.auto_issue_at is None:
        certificate.auto_issue_at = due
        certificate.save(update_fields=["auto_issue_at"])
    return certificate


@transaction.atomic
def recommend_certificate(
    *, enrollment: Enrollment, type: str, by: User, at: datetime
) -> Certificate:
    """Recommend a student to the creator for a certificate (rules CERT-2, CERT-3, CERT-4).

    Completion can be recommended at any time, mastery once all sessions were held, and teaching
    never: only the creator decides on it. Raises Forbidden unless ``by`` is the assigned, active
    student-teacher. Safe to repeat: a pending or issued certificate is returned.
    """
    lock_enrollment(enrollment)
    if type not in (Type.COMPLETION, Type.MASTERY):
        raise Invalid.field("type", "Recommend completion or mastery.")
    row = enrollment.student_teacher
    if row is None or row.user_id != by.pk or not row.is_active:
        raise Forbidden("Only the active student-teacher of this student can recommend.")
    _require_not_cancelled(enrollment)
    certificate = live_certificate(enrollment, type)
    if certificate is not None:
        if certificate.status == Status.PENDING and certificate.recommended_by_id is None:
            certificate.recommended_by = by
            certificate.recommended_at = at
            certificate.save(update_fields=["recommended_by", "recommended_at"])
        return certificate
    _require_not_revoked(enrollment, type)
    if type == Type.MASTERY:
        _require_all_sessions(enrollment)
    return _request(enrollment, type, by=by, auto_issue_at=None, at=at)


@transaction.atomic
def issue_certificate(
    *, enrollment: Enrollment, type: str, by: User, at: datetime, reason: str = ""
) -> Certificate:
    """Issue a certificate of any type, by the creator or an admin (rule CERT-4).

    Completion needs a completed course or a recommendation, mastery needs a recommendation.
    Teaching also makes the student a student-teacher (rule CERT-6); ``reason`` is then the waiver
    if the course is not completed. Raises NotYetEarned, or Conflict after a revocation. Safe to
    repeat: an issued certificate is returned.
    """
    lock_enrollment(enrollment)
    _require_not_cancelled(enrollment)
    if type == Type.TEACHING:
        return _issue_teaching(enrollment, by=by, reason=reason, at=at)
    certificate = live_certificate(enrollment, type)
    if certificate is None:
        _require_not_revoked(enrollment, type)
        if type == Type.MASTERY:
            raise NotYetEarned("Mastery is issued on the student-teacher's recommendation.")
        if enrollment.status != Enrollment.Status.COMPLETED:
            raise NotYetEarned(
                "The course is not completed yet. Its student-teacher can recommend earlier."
            )
        certificate = _request(enrollment, type, by=by, auto_issue_at=None, at=at, notify=False)
    return issue_pending(certificate=certificate, by=by, reason=reason, at=at)


@transaction.atomic
def issue_pending(
    *, certificate: Certificate, by: User | None, at: datetime, reason: str = ""
) -> Certificate:
    """Issue a pending certificate and notify its holder. ``by`` is None for the system.

    Safe to repeat; raises WrongMoment for a declined or revoked certificate.
    """
    require_another(by, certificate.user_id)
    lock_certificate(certificate)
    if certificate.status == Status.ISSUED:
        return certificate
    certificate.code = new_code()
    certificate.issued_by = by
    certificate.issued_at = at
    transition_certificate(certificate, Status.ISSUED, by=by, reason=reason, at=at)
    _audit_admin(certificate, "certificate.issue", by=by, reason=reason, at=at)
    notify_issued(certificate, at=at)
    return certificate


@transaction.atomic
def decline_certificate(
    *, certificate: Certificate, reason: str, by: User, at: datetime
) -> Certificate:
    """Decline a pending certificate with a reason; its holder is notified (rule CERT-2).

    Safe to repeat; raises WrongMoment for an issued certificate, which can only be revoked.
    """
    if not reason.strip():
        raise Invalid.field("reason", "Say why, in a sentence for the student.")
    lock_certificate(certificate)
    if certificate.status == Status.DECLINED:
        return certificate
    certificate.declined_reason = reason
    transition_certificate(certificate, Status.DECLINED, by=by, reason=reason, at=at)
    _audit_admin(certificate, "certificate.decline", by=by, reason=reason, at=at)
    notify_holder(CERTIFICATE_DECLINED, certificate, reason=certificate.declined_reason, at=at)
    return certificate


def _request(
    enrollment: Enrollment,
    type: str,
    *,
    by: User | None,
    auto_issue_at: datetime | None,
    at: datetime,
    notify: bool = True,
) -> Certificate:
    certificate = Certificate.objects.create(
        user=enrollment.student,
        course=enrollment.course,
        enrollment=enrollment,
        type=type,
        recommended_by=by,
        recommended_at=at,
        auto_issue_at=auto_issue_at,
        created_at=at,
        updated_at=at,
    )
    record_request(certificate, by=by, reason="", at=at)
    if notify:
        notify_creator(certificate, at=at)
    return certificate


def _issue_teaching(enrollment: Enrollment, *, by: User, reason: str, at: datetime) -> Certificate:
    """Certify the student; without a completed course, record a waiver that says why (I8)."""
    waiver = reason
    if enrollment.status != Enrollment.Status.COMPLETED and not waiver.strip():
        held = delivered_count(enrollment)
        waiver = (
            f"Certified by {isolated(by.name)} after {held} of {enrollment.modules_paid} sessions."
        )
    row = certify_teacher(
        user=enrollment.student,
        course=enrollment.course,
        by=by,
        at=at,
        enrollment=enrollment,
        waiver=waiver,
    )
    return row.certificate


def _audit_admin(
    certificate: Certificate, action: str, *, by: User | None, reason: str, at: datetime
) -> None:
    """Write an audit record when an admin decides on behalf of the creator (rule ADM-2)."""
    if by is None or by.pk == certificate.course.creator_id:
        return
    record(
        actor=by,
        action=action,
        subject=certificate,
        before={"status": str(Status.PENDING)},
        after={"status": str(certificate.status)},
        reason=reason,
        at=at,
    )


def _require_not_cancelled(enrollment: Enrollment) -> None:
    if enrollment.status == Enrollment.Status.CANCELLED:
        raise NotYetEarned("This enrollment was cancelled.")


def _require_not_revoked(enrollment: Enrollment, type: str) -> None:
    if was_revoked(enrollment, type):
        raise Conflict(
            "This certificate was revoked. It can only be reinstated.", code="certificate_revoked"
        )


def _require_all_sessions(enrollment: Enrollment) -> None:
    held = delivered_count(enrollment)
    if held < enrollment.modules_paid:
        raise NotYetEarned(
            f"Mastery needs all sessions: {held} of {enrollment.modules_paid} are held.",
            missing=["sessions"],
        )
