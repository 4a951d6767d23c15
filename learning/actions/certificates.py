"""Certificates of students: asked for, issued, declined."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User
from learning.actions.certifying import certify_teacher
from learning.actions.locks import lock_certificate, lock_enrollment
from learning.actions.records import (
    live_certificate,
    move_certificate,
    new_code,
    record_birth,
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

Type = Certificate.Type
Status = Certificate.Status

# Silence counts as yes: completion is a fact (rule CERT-2).
ISSUED_BY_ITSELF_AFTER = timedelta(days=7)


class NotYetEarned(WrongMoment):
    """What the certificate would prove has not happened yet."""

    code = "not_earned"


def request_completion_certificate(*, enrollment: Enrollment, at: datetime) -> Certificate | None:
    """The system asks for the certificate of a completed course; issued by itself after 7 days.

    A recommendation that came earlier becomes that request (rule CERT-2). After a revocation
    nothing is asked for: only reinstating brings that certificate back. Part of the completion; the
    caller holds the enrollment. Safe to repeat.
    """
    due = at + ISSUED_BY_ITSELF_AFTER
    certificate = live_certificate(enrollment, Type.COMPLETION)
    if certificate is None and was_revoked(enrollment, Type.COMPLETION):
        return None
    if certificate is None:
        return _ask(enrollment, Type.COMPLETION, by=None, auto_issue_at=due, at=at)
    if certificate.status == Status.PENDING and certificate.auto_issue_at is None:
        certificate.auto_issue_at = due
        certificate.save(update_fields=["auto_issue_at"])
    return certificate


@transaction.atomic
def recommend_certificate(
    *, enrollment: Enrollment, type: str, by: User, at: datetime
) -> Certificate:
    """The student-teacher asks the creator for a certificate (rules CERT-2, CERT-3, CERT-4).

    Completion at any time, mastery once all sessions are held; teaching is the creator's alone.
    Raises Forbidden unless ``by`` is the assigned, active student-teacher. Safe to repeat: a
    certificate that waits or is issued is returned as it is.
    """
    lock_enrollment(enrollment)
    if type not in (Type.COMPLETION, Type.MASTERY):
        raise Invalid.field("type", "Recommend completion or mastery.")
    row = enrollment.student_teacher
    if row is None or row.user_id != by.pk or not row.is_active:
        raise Forbidden("Only the active student-teacher of this student can recommend.")
    _refuse_cancelled(enrollment)
    certificate = live_certificate(enrollment, type)
    if certificate is not None:
        if certificate.status == Status.PENDING and certificate.recommended_by_id is None:
            certificate.recommended_by = by
            certificate.recommended_at = at
            certificate.save(update_fields=["recommended_by", "recommended_at"])
        return certificate
    _refuse_revoked(enrollment, type)
    if type == Type.MASTERY:
        _refuse_before_all_sessions(enrollment)
    return _ask(enrollment, type, by=by, auto_issue_at=None, at=at)


@transaction.atomic
def issue_certificate(
    *, enrollment: Enrollment, type: str, by: User, at: datetime, reason: str = ""
) -> Certificate:
    """The creator (or an admin) issues a certificate of any type (rule CERT-4).

    Completion needs a completed course or a recommendation, mastery a recommendation. Teaching
    makes the student a student-teacher in the same act (rule CERT-6); ``reason`` is the waiver when
    the course is not completed. Safe to repeat: an issued certificate is returned as it is.
    """
    lock_enrollment(enrollment)
    _refuse_cancelled(enrollment)
    if type == Type.TEACHING:
        return _issue_teaching(enrollment, by=by, reason=reason, at=at)
    certificate = live_certificate(enrollment, type)
    if certificate is None:
        _refuse_revoked(enrollment, type)
        if type == Type.MASTERY:
            raise NotYetEarned("Mastery is issued on the student-teacher's recommendation.")
        if enrollment.status != Enrollment.Status.COMPLETED:
            raise NotYetEarned(
                "The course is not completed yet. Its student-teacher can recommend earlier."
            )
        certificate = _ask(enrollment, type, by=by, auto_issue_at=None, at=at, quietly=True)
    return issue_pending(certificate=certificate, by=by, reason=reason, at=at)


@transaction.atomic
def issue_pending(
    *, certificate: Certificate, by: User | None, at: datetime, reason: str = ""
) -> Certificate:
    """Issue a certificate that was asked for and tell its holder. ``by`` nobody: the system does.

    Safe to repeat; raises WrongMoment for one that was declined or revoked.
    """
    lock_certificate(certificate)
    if certificate.status == Status.ISSUED:
        return certificate
    certificate.code = new_code()
    certificate.issued_by = by
    certificate.issued_at = at
    move_certificate(certificate, Status.ISSUED, by=by, reason=reason, at=at)
    _audit_help(certificate, "certificate.issue", by=by, reason=reason, at=at)
    notify_issued(certificate, at=at)
    return certificate


@transaction.atomic
def decline_certificate(
    *, certificate: Certificate, reason: str, by: User, at: datetime
) -> Certificate:
    """The creator says no, with a reason that the student reads (rule CERT-2).

    Safe to repeat; raises WrongMoment for one that is issued: that is revoked instead.
    """
    if not reason.strip():
        raise Invalid.field("reason", "Say why, in a sentence for the student.")
    lock_certificate(certificate)
    if certificate.status == Status.DECLINED:
        return certificate
    certificate.declined_reason = reason
    move_certificate(certificate, Status.DECLINED, by=by, reason=reason, at=at)
    _audit_help(certificate, "certificate.decline", by=by, reason=reason, at=at)
    notify_holder(CERTIFICATE_DECLINED, certificate, reason=certificate.declined_reason, at=at)
    return certificate


def _ask(
    enrollment: Enrollment,
    type: str,
    *,
    by: User | None,
    auto_issue_at: datetime | None,
    at: datetime,
    quietly: bool = False,
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
    record_birth(certificate, by=by, reason="", at=at)
    if not quietly:
        notify_creator(certificate, at=at)
    return certificate


def _issue_teaching(enrollment: Enrollment, *, by: User, reason: str, at: datetime) -> Certificate:
    """An enrollment that is not completed leaves a waiver that states what it stands on (I8)."""
    waiver = reason
    if enrollment.status != Enrollment.Status.COMPLETED and not waiver.strip():
        held = delivered_count(enrollment)
        waiver = f"Certified by {by.name} after {held} of {enrollment.modules_paid} sessions."
    row = certify_teacher(
        user=enrollment.student,
        course=enrollment.course,
        by=by,
        at=at,
        enrollment=enrollment,
        waiver=waiver,
    )
    return row.certificate


def _audit_help(
    certificate: Certificate, action: str, *, by: User | None, reason: str, at: datetime
) -> None:
    """An admin who decides in the creator's place leaves a line in the log (rule ADM-2)."""
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


def _refuse_cancelled(enrollment: Enrollment) -> None:
    if enrollment.status == Enrollment.Status.CANCELLED:
        raise NotYetEarned("This enrollment was cancelled.")


def _refuse_revoked(enrollment: Enrollment, type: str) -> None:
    if was_revoked(enrollment, type):
        raise Conflict(
            "This certificate was revoked. It can only be reinstated.", code="certificate_revoked"
        )


def _refuse_before_all_sessions(enrollment: Enrollment) -> None:
    held = delivered_count(enrollment)
    if held < enrollment.modules_paid:
        raise NotYetEarned(
            f"Mastery needs all sessions: {held} of {enrollment.modules_paid} are held.",
            missing=["sessions"],
        )
