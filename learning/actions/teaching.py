"""Pause teaching, and switch the right to teach off and on."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.models import User
from accounts.notifications.notify import notify
from learning.actions.teachers import unassign_teacher
from learning.events import TeacherSwitchedOn
from learning.models import Certificate, Enrollment, StudentTeacher
from learning.notifications import (
    NO_TEACHER_LEFT,
    TEACHING_SWITCHED_OFF,
    TEACHING_SWITCHED_ON,
)
from learning.queries import eligible_teachers
from peerloop.kit import clock
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment


@transaction.atomic
def pause_teaching(
    *, student_teacher: StudentTeacher, paused: bool, by: User, at: datetime | None = None
) -> None:
    """Pause or resume teaching a course; a paused teacher can't be chosen or booked (TEACH-1).

    Only for the teacher (rule ROLE-5). Booked sessions stay. Creator and admins are notified when
    students have no teacher left (rule TEACH-7). Safe to repeat.
    """
    if by.pk != student_teacher.user_id:
        raise Forbidden("Only the teacher can pause their own teaching.")
    _lock(student_teacher)
    if student_teacher.teaching_active is not paused:
        return
    student_teacher.teaching_active = not paused
    student_teacher.save(update_fields=["teaching_active"])
    if paused:
        _notify_if_no_teacher_left(student_teacher, at or clock.now())


@transaction.atomic
def switch_teacher(
    *, student_teacher: StudentTeacher, active: bool, reason: str, by: User, at: datetime
) -> None:
    """Switch the right to teach off or on, by the creator or an admin (rule ROLE-5).

    Switching off needs a reason, unassigns the students, who are notified (rule TEACH-6), and
    unlists a member without another course to teach (rule ROLE-7). Switching on needs an issued
    teaching certificate, and lists the member again whom switching off had unlisted. Audited. Safe
    to repeat.
    """
    if by.pk != student_teacher.course.creator_id and not by.is_admin:
        raise Forbidden("Only the creator of the course can do this.")
    if active and by.pk != student_teacher.course.creator_id:
        require_another(by, student_teacher.user_id)
    reason = reason.strip()
    if not active and not reason:
        raise Invalid.field("reason", "Say why, in a sentence for the teacher.")
    if not active:
        _unassign_students(student_teacher, by=by, reason=reason, at=at)
    _lock(student_teacher)
    if student_teacher.is_active is active:
        return
    if active and student_teacher.certificate.status != Certificate.Status.ISSUED:
        raise WrongMoment("The teaching certificate is not issued. Reinstate it first.")
    student_teacher.is_active = active
    student_teacher.deactivated_reason = "" if active else reason
    student_teacher.save(update_fields=["is_active", "deactivated_reason"])
    _list_again(student_teacher) if active else _unlist_if_no_course_left(student_teacher)
    record(
        actor=by,
        action=f"student_teacher.switch_{'on' if active else 'off'}",
        subject=student_teacher,
        before={"is_active": not active},
        after={"is_active": active},
        reason=reason,
        at=at,
    )
    _notify_teacher(student_teacher, at)
    if active:
        announce(
            TeacherSwitchedOn(
                user_id=student_teacher.user_id, course_id=student_teacher.course_id, at=at
            )
        )
    else:
        _notify_if_no_teacher_left(student_teacher, at)


@transaction.atomic
def list_as_teacher(*, user: User, listed: bool) -> None:
    """List the member as a student-teacher or unlist them (rule ROLE-7). Safe to repeat.

    Raises Invalid when listing a member who may not teach any course.
    """
    if listed and not StudentTeacher.objects.filter(user=user, is_active=True).exists():
        raise Invalid.field("is_student_teacher", "You need the right to teach a course first.")
    user.is_student_teacher = listed
    user.save(update_fields=["is_student_teacher"])
    if not listed:
        StudentTeacher.objects.filter(user=user, was_listed=True).update(was_listed=False)


def _lock(student_teacher: StudentTeacher) -> None:
    student_teacher.refresh_from_db(
        from_queryset=StudentTeacher.objects.select_for_update(
            no_key=True, of=("self",)
        ).select_related("user", "course__creator", "certificate")
    )


def _unassign_students(
    student_teacher: StudentTeacher, *, by: User, reason: str, at: datetime
) -> None:
    # Enrollments are locked before the student-teacher row.
    taught = Enrollment.objects.active().filter(student_teacher=student_teacher)
    for enrollment in taught.order_by("pk"):
        unassign_teacher(enrollment=enrollment, by=by, reason=reason, at=at)


def _unlist_if_no_course_left(student_teacher: StudentTeacher) -> None:
    user = student_teacher.user
    if not user.is_student_teacher:
        return
    if not StudentTeacher.objects.filter(user=user, is_active=True).exists():
        user.is_student_teacher = False
        user.save(update_fields=["is_student_teacher"])
        student_teacher.was_listed = True
        student_teacher.save(update_fields=["was_listed"])


def _list_again(student_teacher: StudentTeacher) -> None:
    user = student_teacher.user
    if StudentTeacher.objects.filter(user=user, was_listed=True).update(was_listed=False):
        list_as_teacher(user=user, listed=True)


def _notify_if_no_teacher_left(student_teacher: StudentTeacher, at: datetime) -> None:
    course = student_teacher.course
    enrolled = Enrollment.objects.active().filter(course=course)
    if eligible_teachers(course).exists() or not enrolled.exists():
        return
    admins = User.objects.active().filter(is_admin=True)
    page = reverse("course", args=[course.slug])
    notify(
        NO_TEACHER_LEFT,
        people=[course.creator, *admins],
        key=f"{page}:{at:%Y-%m-%d}",
        url=page,
        course=course.title,
        at=at,
    )


def _notify_teacher(student_teacher: StudentTeacher, at: datetime) -> None:
    notify(
        TEACHING_SWITCHED_ON if student_teacher.is_active else TEACHING_SWITCHED_OFF,
        people=[student_teacher.user],
        course=student_teacher.course.title,
        reason=student_teacher.deactivated_reason,
        at=at,
    )
