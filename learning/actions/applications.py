"""Applications to teach a completed course, and the creator's decision."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.identity.access import require_verified
from accounts.models import User
from accounts.notifications.notify import notify
from learning.actions.certifying import certify_teacher
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment, StudentTeacher, TeachingApplication
from learning.notifications import TEACHING_APPLICATION, TEACHING_APPROVED, TEACHING_DECLINED
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from peerloop.kit.text import clean

Status = TeachingApplication.Status


class CourseNotCompleted(WrongMoment):
    """Only students who completed the course may apply to teach it (rule APPLY-1)."""

    code = "course_not_completed"
    message = "Complete the course first. Then you can apply to teach it."


class TeachesAlready(Conflict):
    """The member has the right to teach this course already."""

    code = "teaches_already"
    message = "You teach this course already."


class WaitAfterDecline(Conflict):
    """A declined applicant must wait before applying again (rule APPLY-1)."""

    code = "declined_lately"


@transaction.atomic
def apply_to_teach(
    *, enrollment: Enrollment, message: str, by: User, at: datetime
) -> TeachingApplication:
    """Apply for the right to teach (rule APPLY-1); the creator is notified.

    ``message`` is the applicant's statement, at most 5,000 characters. Needs a verified email
    address and a completed enrollment; raises CourseNotCompleted, TeachesAlready, or
    WaitAfterDecline with ``again_at``. Safe to repeat: a pending application is returned unchanged.
    """
    require_verified(by)
    lock_enrollment(enrollment)
    if by.pk != enrollment.student_id:
        raise Forbidden
    pending = _applications(enrollment).filter(status=Status.PENDING).first()
    if pending is not None:
        return pending
    _check_may_apply(enrollment, at)
    try:
        with transaction.atomic():
            application = TeachingApplication.objects.create(
                user=by,
                course=enrollment.course,
                enrollment=enrollment,
                message=clean(message),
                created_at=at,
                updated_at=at,
            )
    except IntegrityError:
        # A concurrent request applied with another enrollment in the same course.
        return _applications(enrollment).get(status=Status.PENDING)
    notify(
        TEACHING_APPLICATION,
        people=[enrollment.course.creator],
        key=application.pk,
        applicant=by.name,
        course=enrollment.course.title,
        message=application.message,
        at=at,
    )
    return application


@transaction.atomic
def decide_application(
    *, application: TeachingApplication, approve: bool, reason: str, by: User, at: datetime
) -> TeachingApplication:
    """Approve an application or decline it with a reason; the applicant is notified (APPLY-2).

    Approving also certifies the teacher (rule CERT-6). Only for the course's creator and admins.
    Safe to repeat with the same decision; raises WrongMoment when the opposite decision was made
    or the application was withdrawn.
    """
    lock_enrollment(application.enrollment)
    application.refresh_from_db(
        from_queryset=TeachingApplication.objects.select_for_update(
            no_key=True, of=("self",)
        ).select_related("user", "course__creator", "enrollment")
    )
    if by.pk != application.course.creator_id and not by.is_admin:
        raise Forbidden("Only the creator of the course can decide.")
    if by.pk != application.course.creator_id:
        require_another(by, application.user_id)
    answer = Status.APPROVED if approve else Status.DECLINED
    if application.status == answer:
        return application
    if not approve and not reason.strip():
        raise Invalid.field("reason", "Say why, in a sentence for the applicant.")
    application.transition_to(answer)
    application.decided_by = by
    application.decided_at = at
    application.reason = clean(reason)
    application.save()
    if by.pk != application.course.creator_id:
        record(
            actor=by,
            action=f"teaching_application.{answer.value}",
            subject=application,
            before={"status": str(Status.PENDING)},
            after={"status": str(answer)},
            reason=reason,
            at=at,
        )
    if approve:
        certify_teacher(
            user=application.user,
            course=application.course,
            by=by,
            at=at,
            enrollment=application.enrollment,
        )
    notify(
        TEACHING_APPROVED if approve else TEACHING_DECLINED,
        people=[application.user],
        key=application.pk,
        to=[] if approve else [application.course.slug],
        course=application.course.title,
        is_approved=approve,
        reason=application.reason,
        at=at,
    )
    return application


def _check_may_apply(enrollment: Enrollment, at: datetime) -> None:
    teaches = StudentTeacher.objects.filter(
        user=enrollment.student_id, course=enrollment.course_id, is_active=True
    )
    if teaches.exists():
        raise TeachesAlready
    if enrollment.status != Enrollment.Status.COMPLETED:
        raise CourseNotCompleted(status_now=enrollment.status)
    last_declined = (
        _applications(enrollment).filter(status=Status.DECLINED).order_by("-decided_at").first()
    )
    again_at = last_declined.again_at if last_declined else None
    if again_at is not None and at < again_at:
        raise WaitAfterDecline(
            f"The creator declined lately. You can apply again on {again_at:%d %B %Y}.",
            again_at=again_at.isoformat(),
        )


def _applications(enrollment: Enrollment) -> QuerySet[TeachingApplication]:
    return TeachingApplication.objects.filter(
        user=enrollment.student_id, course=enrollment.course_id
    )
