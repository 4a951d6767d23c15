"""A student asks to teach the course that they completed, and the creator decides."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

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
    """Teaching begins where learning ended (rule APPLY-1)."""

    code = "course_not_completed"
    message = "Complete the course first. Then you can apply to teach it."


class TeachesAlready(Conflict):
    """The right is there."""

    code = "teaches_already"
    message = "You teach this course already."


class WaitAfterDecline(Conflict):
    """A declined application can be renewed after a while."""

    code = "declined_lately"


@transaction.atomic
def apply_to_teach(
    *, enrollment: Enrollment, message: str, by: User, at: datetime
) -> TeachingApplication:
    """Ask the creator for the right to teach (rule APPLY-1); they are told at once.

    ``message`` is the applicant's statement, at most 5,000 characters. Needs a proven address and a
    completed enrollment; raises CourseNotCompleted, TeachesAlready, or WaitAfterDecline with
    ``again_at``. Safe to repeat: an application that waits is returned as it is.
    """
    require_verified(by)
    lock_enrollment(enrollment)
    if by.pk != enrollment.student_id:
        raise Forbidden
    waiting = _of(enrollment).filter(status=Status.PENDING).first()
    if waiting is not None:
        return waiting
    _refuse(enrollment, at)
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
        # Sent twice at the same time from two enrollments in the course.
        return _of(enrollment).get(status=Status.PENDING)
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
    """The creator approves, which certifies the teacher at once, or declines with a reason.

    Approval is CERT-6; both answers go to the applicant (rule APPLY-2). Safe to repeat with the
    same answer; raises WrongMoment when the other answer was given or it was withdrawn.
    """
    lock_enrollment(application.enrollment)
    application.refresh_from_db(
        from_queryset=TeachingApplication.objects.select_for_update(
            no_key=True, of=("self",)
        ).select_related("user", "course__creator", "enrollment")
    )
    if by.pk != application.course.creator_id and not by.is_admin:
        raise Forbidden("Only the creator of the course can decide.")
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


def _refuse(enrollment: Enrollment, at: datetime) -> None:
    teaches = StudentTeacher.objects.filter(
        user=enrollment.student_id, course=enrollment.course_id, is_active=True
    )
    if teaches.exists():
        raise TeachesAlready
    if enrollment.status != Enrollment.Status.COMPLETED:
        raise CourseNotCompleted(status_now=enrollment.status)
    last = _of(enrollment).filter(status=Status.DECLINED).order_by("-decided_at").first()
    again_at = last.again_at if last else None
    if again_at is not None and at < again_at:
        raise WaitAfterDecline(
            f"The creator declined lately. You can apply again on {again_at:%d %B %Y}.",
            again_at=again_at.isoformat(),
        )


def _of(enrollment: Enrollment) -> QuerySet[TeachingApplication]:
    return TeachingApplication.objects.filter(
        user=enrollment.student_id, course=enrollment.course_id
    )
