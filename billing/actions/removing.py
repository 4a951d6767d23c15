"""Remove a student for cause, by the creator of the course or an admin (story 124)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User
from accounts.notifications.notify import notify
from billing.actions.refunds import cancel_enrollment
from billing.models import RefundRequest
from billing.notifications import REMOVED_FROM_COURSE
from learning.models import Enrollment
from peerloop.kit.refusals import Forbidden, Invalid
from peerloop.kit.text import clean


@transaction.atomic
def remove_student(
    *, enrollment: Enrollment, reason: str, by: User, at: datetime
) -> RefundRequest | None:
    """End a student's enrollment with a reason that they read; what was not taught is paid back.

    As ``cancel_enrollment``, whose refusals it raises, but audited; Invalid without a ``reason``.
    Safe to repeat.
    """
    if by.pk != enrollment.course.creator_id and not by.is_admin:
        raise Forbidden
    words = clean(reason)
    if not words:
        raise Invalid.field("reason", "Say why: the student reads it.")
    was = enrollment.status
    refund = cancel_enrollment(enrollment=enrollment, by=by, reason=words, at=at)
    if was == Enrollment.Status.CANCELLED:
        return refund
    record(
        actor=by,
        action="enrollment.student_removed",
        subject=enrollment,
        before={"status": was},
        after={"status": enrollment.status},
        reason=words,
        at=at,
    )
    notify(
        REMOVED_FROM_COURSE,
        people=[enrollment.student],
        key=enrollment.pk,
        to=[enrollment.pk],
        course=enrollment.course.title,
        reason=words,
        at=at,
    )
    return refund
