"""Hand a course over to another creator, by an admin (rules ADM-1, ADM-4)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User, UserStats
from accounts.notifications.notify import notify
from catalog.actions.locks import lock_managed_course
from catalog.actions.publishing import missing_for_publication
from catalog.actions.revisions import raise_revisions
from catalog.events import CourseTransferred
from catalog.models import Course, Inquiry, InquiryStatus
from catalog.notifications import COURSE_TRANSFERRED
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid


@transaction.atomic
def transfer_course(*, course: Course, to: User, reason: str, by: User, at: datetime) -> Course:
    """Make ``to`` the creator of the course, who needs the right to create first (ADM-4).

    They may teach it from now on, and questions that wait go to them. What was sold before stays
    the old creator's, who goes on as its teacher. Both are told; audited. Raises Invalid naming
    ``to``. Safe to repeat.
    """
    if not by.is_admin:
        raise Forbidden
    course = lock_managed_course(course, by=by)
    if course.creator_id == to.pk:
        return course
    if not to.is_creator or not to.may_sign_in:
        raise Invalid.field("to", "Make this member a creator first.")
    before, course.creator = course.creator, to
    lacking = [item["needs"] for item in missing_for_publication(course)]
    if course.is_published and lacking:
        raise Invalid.field("to", f"A published course needs {', '.join(lacking)}.")
    course.save(update_fields=["creator"])
    raise_revisions(course)
    # In the order of their ids, so that two transfers at once don't lock each other.
    for user_id in sorted([before.pk, to.pk]):
        made = Course.objects.filter(creator=user_id, first_published_at__isnull=False)
        figures = {"courses_created": made.count()}
        UserStats.objects.update_or_create(user_id=user_id, defaults=figures)
    Inquiry.objects.filter(course=course, status=InquiryStatus.OPEN).exclude(user=to).update(
        creator=to
    )
    record(
        actor=by,
        action="course.transferred",
        subject=course,
        before={"creator": str(before.pk)},
        after={"creator": str(to.pk)},
        reason=reason,
        at=at,
    )
    announce(CourseTransferred(course.pk, before.pk, to.pk, course.is_published, at))
    notify(
        COURSE_TRANSFERRED,
        people=[before, to],
        key=f"{course.pk}:{at.isoformat()}",
        to=[course.slug],
        course=course.title,
        old=before.name,
        new=to.name,
        reason=reason,
        at=at,
    )
    return course
