"""Give the right to teach: the teaching certificate and the student-teacher row together."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.models import User
from catalog.models import Course
from learning.actions.locks import lock_course
from learning.actions.records import new_code, record_request, transition_certificate
from learning.events import TeacherCertified
from learning.models import Certificate, Enrollment, StudentTeacher
from learning.notifications import notify_issued
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid

Status = Certificate.Status
Type = Certificate.Type


@transaction.atomic
def certify_teacher(
    *,
    user: User,
    course: Course,
    by: User,
    at: datetime,
    enrollment: Enrollment | None = None,
    waiver: str = "",
) -> StudentTeacher:
    """Give a member the right to teach a course, with the certificate for it (rule CERT-6).

    ``by`` is the course's creator or an admin. A member who did not complete the course needs a
    written ``waiver``, which admins see (rule APPLY-3). A right that was switched off is switched
    on again, with a new certificate if the old one was revoked. The member is listed as a teacher
    if their profile is public (rule ROLE-7). Safe to repeat: an active teacher is not changed.
    """
    if by.pk != course.creator_id and not by.is_admin:
        raise Forbidden("Only the creator of the course can certify its teachers.")
    if by.pk != course.creator_id:
        require_another(by, user.pk)
    row = _certify(user, course, by=by, enrollment=enrollment, waiver=waiver.strip(), at=at)
    if row.waiver_reason:
        record(
            actor=by,
            action="student_teacher.certify_with_waiver",
            subject=row,
            after={"user": str(user.pk), "course": str(course.pk)},
            reason=row.waiver_reason,
            at=at,
        )
    return row


@transaction.atomic
def certify_creator(*, course: Course, at: datetime) -> StudentTeacher:
    """Certify the creator when their course is first published (rule ROLE-6).

    Safe to repeat: it does not resume a paused creator or one who was switched off.
    """
    return _certify(course.creator, course, by=None, enrollment=None, waiver="", at=at)


def _certify(
    user: User,
    course: Course,
    *,
    by: User | None,
    enrollment: Enrollment | None,
    waiver: str,
    at: datetime,
) -> StudentTeacher:
    lock_course(course)
    rows = StudentTeacher.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("certificate").filter(user=user, course=course).first()
    if row is not None and (row.is_active or by is None):
        return row
    enrollment = enrollment or _completed_enrollment(user, course)
    if user.pk != course.creator_id:
        _require_completion_or_waiver(enrollment, waiver)
    certificate = row.certificate if row else None
    if certificate is None or certificate.status != Status.ISSUED:
        certificate = _issue(user, course, by=by, enrollment=enrollment, at=at)
    if row is None:
        row = StudentTeacher(user=user, course=course, certified_date=at.date(), certified_by=by)
    row.certificate = certificate
    row.is_active = True
    row.deactivated_reason = ""
    row.was_listed = False
    row.waiver_reason = waiver or row.waiver_reason
    row.save()
    User.objects.filter(pk=user.pk).update(is_student_teacher=True)
    announce(
        TeacherCertified(student_teacher_id=row.pk, user_id=user.pk, course_id=course.pk, at=at)
    )
    return row


def _issue(
    user: User, course: Course, *, by: User | None, enrollment: Enrollment | None, at: datetime
) -> Certificate:
    certificate = Certificate.objects.create(
        user=user,
        course=course,
        enrollment=enrollment,
        type=Type.TEACHING,
        recommended_at=at,
        created_at=at,
        updated_at=at,
    )
    record_request(certificate, by=by, reason="", at=at)
    certificate.code = new_code()
    certificate.issued_by = by
    certificate.issued_at = at
    transition_certificate(certificate, Status.ISSUED, by=by, reason="", at=at)
    if by is not None:
        notify_issued(certificate, at=at)
    return certificate


def _completed_enrollment(user: User, course: Course) -> Enrollment | None:
    completed = Enrollment.objects.filter(
        student=user, course=course, status=Enrollment.Status.COMPLETED
    )
    return completed.order_by("-completed_at").first()


def _require_completion_or_waiver(enrollment: Enrollment | None, waiver: str) -> None:
    completed = enrollment is not None and enrollment.status == Enrollment.Status.COMPLETED
    if not completed and not waiver:
        raise Invalid.field(
            "waiver", "They did not complete the course. Write why they may teach it all the same."
        )
