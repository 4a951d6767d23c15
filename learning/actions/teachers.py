"""Assign the teacher of an enrollment, and unassign them."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User
from accounts.notifications.notify import notify
from learning.actions.locks import lock_enrollment
from learning.events import TeacherAssigned, TeacherUnassigned
from learning.models import Enrollment, StudentTeacher, TeacherChange
from learning.notifications import TEACHER_LEFT
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment


class OtherTeacher(Forbidden):
    """The enrollment has another teacher already (rule TEACH-3)."""

    code = "other_teacher"
    message = "This course is taught to you by someone else. Change your teacher first."


class TeacherNotAvailable(Forbidden):
    """Only certified, active teachers who are not paused may teach (rule TEACH-1)."""

    code = "teacher_not_available"
    message = "This person does not teach the course at present. Choose another teacher."


@transaction.atomic
def assign_teacher(*, enrollment: Enrollment, teacher: User, at: datetime, by: User) -> None:
    """Assign the teacher of an enrollment at the first booking (rules TEACH-2, TEACH-3).

    Safe to repeat with the same teacher, as long as they may teach. Raises OtherTeacher when
    another teacher is assigned, TeacherNotAvailable when this one may not teach the course now.
    """
    lock_enrollment(enrollment)
    if enrollment.teacher_id not in (None, teacher.pk):
        raise OtherTeacher
    row = StudentTeacher.objects.eligible().filter(user=teacher, course=enrollment.course).first()
    if row is None or teacher.pk == enrollment.student_id:
        raise TeacherNotAvailable
    if enrollment.teacher_id == teacher.pk:
        return
    if not enrollment.is_active:
        raise WrongMoment(f"This enrollment is {enrollment.status}.", status_now=enrollment.status)
    enrollment.teacher = teacher
    enrollment.student_teacher = row
    enrollment.save(update_fields=["teacher", "student_teacher"])
    _record_change(enrollment, old=None, new=teacher, by=by, reason="", at=at)
    announce(TeacherAssigned(enrollment_id=enrollment.pk, teacher_id=teacher.pk, at=at))


@transaction.atomic
def unassign_teacher(*, enrollment: Enrollment, by: User, reason: str = "", at: datetime) -> None:
    """Unassign the teacher; the next booking assigns a new one (rules TEACH-4, TEACH-5).

    Everybody but the student must give a reason, and the student is then notified. Announces
    TeacherUnassigned, whose handlers cancel future sessions. Safe to repeat: without a teacher
    nothing changes.
    """
    lock_enrollment(enrollment)
    old = enrollment.teacher
    if old is None:
        return
    if by.pk != enrollment.student_id and not reason.strip():
        raise Invalid.field("reason", "Say why, in a sentence for the student.")
    enrollment.teacher = None
    enrollment.student_teacher = None
    enrollment.save(update_fields=["teacher", "student_teacher"])
    _record_change(enrollment, old=old, new=None, by=by, reason=reason, at=at)
    if by.is_admin and by.pk not in (enrollment.student_id, old.pk, enrollment.course.creator_id):
        record(
            actor=by,
            action="enrollment.unassign_teacher",
            subject=enrollment,
            before={"teacher": str(old.pk)},
            after={"teacher": None},
            reason=reason,
            at=at,
        )
    announce(
        TeacherUnassigned(
            enrollment_id=enrollment.pk, teacher_id=old.pk, by_id=by.pk, reason=reason, at=at
        )
    )
    if by.pk != enrollment.student_id and enrollment.is_active:
        notify(
            TEACHER_LEFT,
            people=[enrollment.student],
            to=[enrollment.pk],
            teacher=old.name,
            course=enrollment.course.title,
            reason=reason,
            at=at,
        )


def _record_change(
    enrollment: Enrollment,
    *,
    old: User | None,
    new: User | None,
    by: User,
    reason: str,
    at: datetime,
) -> None:
    side = TeacherChange.Side.ADMIN
    if by.pk == enrollment.student_id:
        side = TeacherChange.Side.STUDENT
    elif by in (old, new):
        side = TeacherChange.Side.TEACHER
    TeacherChange.objects.create(
        enrollment=enrollment,
        old_teacher=old,
        new_teacher=new,
        by=by,
        reason=reason,
        side=side,
        created_at=at,
        updated_at=at,
    )
