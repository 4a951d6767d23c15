"""Give an enrollment another teacher, by an admin (rule ADM-1)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.models import User
from accounts.notifications.notify import notify
from learning.actions.locks import lock_enrollment
from learning.actions.teachers import assign_teacher, unassign_teacher
from learning.models import Enrollment
from learning.notifications import TEACHER_GIVEN
from peerloop.kit.refusals import Forbidden


@transaction.atomic
def reassign_teacher(
    *, enrollment: Enrollment, teacher: User, reason: str, by: User, at: datetime
) -> None:
    """Take the teacher away and assign another one; both teachers and the student are told.

    Future sessions with the old one are cancelled (rule TEACH-4). Audited. Safe to repeat. Raises
    TeacherNotAvailable, and AnotherAdmin for whom it concerns.
    """
    if not by.is_admin:
        raise Forbidden
    require_another(by, enrollment.student_id, teacher.pk)
    lock_enrollment(enrollment)
    old = enrollment.teacher
    if old is not None and old.pk == teacher.pk:
        return
    unassign_teacher(enrollment=enrollment, by=by, reason=reason, at=at)
    assign_teacher(enrollment=enrollment, teacher=teacher, by=by, at=at)
    record(
        actor=by,
        action="enrollment.reassign_teacher",
        subject=enrollment,
        before={"teacher": str(old.pk) if old else None},
        after={"teacher": str(teacher.pk)},
        reason=reason,
        at=at,
    )
    notify(
        TEACHER_GIVEN,
        people=[enrollment.student, teacher],
        key=f"{enrollment.pk}:{at.isoformat()}",
        to=[enrollment.pk],
        teacher=teacher.name,
        student=enrollment.student.name,
        course=enrollment.course.title,
        reason=reason,
        at=at,
    )
