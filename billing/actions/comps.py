"""Enroll somebody without a payment, by an admin (rule ENR-9)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.models import User
from accounts.notifications.notify import notify
from billing.actions.guards import check
from billing.notifications import COMPED, NEW_COMPED_STUDENT
from catalog.models import Course
from learning.actions import open_enrollment
from learning.models import Enrollment
from peerloop.kit.refusals import Forbidden


@transaction.atomic
def comp_enrollment(
    *,
    student: User,
    course: Course,
    teacher: User | None = None,
    reason: str,
    by: User,
    at: datetime,
) -> Enrollment:
    """Enroll a member by hand: the guards of a purchase, but no payment and no split rows.

    The student is told, and the teacher and the creator that it is unpaid. Audited. Raises what
    ``guards.check`` raises, and AnotherAdmin for oneself. Not safe to repeat: AlreadyEnrolled.
    """
    if not by.is_admin:
        raise Forbidden
    require_another(by, student.pk)
    check(student=student, course=course, teacher=teacher, at=at)
    enrollment = open_enrollment(
        student=student,
        course=course,
        teacher=teacher,
        modules_paid=course.modules.filter(archived_at=None).count(),
        source=Enrollment.Source.COMP,
        at=at,
    )
    record(
        actor=by,
        action="enrollment.comped",
        subject=enrollment,
        after={"student": str(student.pk), "course": str(course.pk)},
        reason=reason,
        at=at,
    )
    values: dict[str, Any] = {
        "student": student.name,
        "course": course.title,
        "sessions": enrollment.modules_paid,
        "reason": reason,
    }
    notify(COMPED, people=[student], key=enrollment.pk, to=[enrollment.pk], at=at, **values)
    people = [person for person in (enrollment.teacher, course.creator) if person]
    notify(NEW_COMPED_STUDENT, people=people, key=enrollment.pk, at=at, **values)
    return enrollment
