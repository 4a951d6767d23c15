"""Reads of the learning app."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from catalog.models import Course, CourseModule
from learning.models import (
    Certificate,
    Enrollment,
    ModuleProgress,
    StudentTeacher,
    TeachingApplication,
)


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A module of an enrollment: whether its session was held and whether it is marked."""

    module: CourseModule
    is_delivered: bool
    is_complete: bool
    completed_at: datetime | None


def roles_of(user: Any) -> list[str]:
    """The sides of PeerLoop that the member sees: learn always, teach and create if held (ROLE-2).

    Duties follow (``moderate``, ``admin``). One query, for every page asks.
    """
    teaches = StudentTeacher.objects.filter(user=OuterRef("pk"), is_active=True)
    creates = Course.objects.filter(creator=OuterRef("pk"), deleted_at=None)
    found = (
        User.objects.filter(pk=user.pk)
        .annotate(teaches=Exists(teaches), creates=Exists(creates))
        .values_list("teaches", "creates", "is_creator", "is_moderator", "is_admin")
        .first()
    )
    if found is None:
        return ["learn"]
    does_teach, owns, is_creator, is_moderator, is_admin = found
    held = {
        "learn": True,
        "teach": does_teach,
        "create": owns or is_creator,
        "moderate": is_moderator,
        "admin": is_admin,
    }
    return [role for role, has in held.items() if has]


def is_teacher_or_creator(user: User) -> bool:
    """Whether the member can earn: may teach a course, or creates."""
    return bool({"teach", "create"} & set(roles_of(user)))


def eligible_teachers(course: Course) -> QuerySet[StudentTeacher]:
    """Who may be chosen, assigned or booked for the course (rule TEACH-1), oldest right first."""
    rows = StudentTeacher.objects.eligible().filter(course=course)
    return rows.select_related("user").order_by("created_at", "pk")


def teaching_row(user: User, course: Course) -> StudentTeacher | None:
    """The member's right to teach the course, switched on or off."""
    rows = StudentTeacher.objects.select_related("user", "course", "certificate")
    return rows.filter(user=user, course=course).first()


def teaching_rows(user: User) -> QuerySet[StudentTeacher]:
    """The courses that the member may teach, with how many students each has now."""
    active = Q(enrollments__status__in=Enrollment.ACTIVE)
    return (
        StudentTeacher.objects.filter(user=user)
        .select_related("course__creator", "certificate")
        .annotate(students_now=Count("enrollments", filter=active))
        .order_by("-is_active", "course__title")
    )


def enrollments_of(user: User) -> QuerySet[Enrollment]:
    """The member's enrollments as a student, newest first."""
    rows = Enrollment.objects.filter(student=user).select_related("course__creator", "teacher")
    return rows.defer("course__search").order_by("-created_at", "-pk")


def students_of(user: User) -> QuerySet[Enrollment]:
    """Enrollments that the member teaches: those still learning first, then the newest.

    Each has ``live_certificates``: what was asked for or issued in the course.
    """
    live = Certificate.objects.filter(
        status__in=[Certificate.Status.PENDING, Certificate.Status.ISSUED]
    )
    return (
        Enrollment.objects.filter(teacher=user)
        .exclude(status=Enrollment.Status.CANCELLED)
        .select_related("course__creator", "student", "student_teacher")
        .defer("course__search")
        .prefetch_related(Prefetch("certificates", queryset=live, to_attr="live_certificates"))
        .annotate(sessions_held=Count("progress", filter=Q(progress__delivered_at__isnull=False)))
        .order_by("completed_at", "-created_at", "-pk")
    )


def modules_of(enrollment: Enrollment) -> list[CourseModule]:
    """The modules that the enrollment paid for, in the course's order.

    Those that were taught or marked belong to it for good, even if archived since; the rest are
    the first others of the course. Modules added after the purchase come after (rule CAT-5).
    """
    return modules_by_enrollment([enrollment])[enrollment.pk]


def modules_by_enrollment(enrollments: Iterable[Enrollment]) -> dict[UUID, list[CourseModule]]:
    """``modules_of`` for many enrollments in two queries."""
    wanted = list(enrollments)
    touched: dict[UUID, set[UUID]] = {row.pk: set() for row in wanted}
    for row_id, module_id in ModuleProgress.objects.filter(enrollment__in=wanted).values_list(
        "enrollment_id", "module_id"
    ):
        touched[row_id].add(module_id)
    known = {key for keys in touched.values() for key in keys}
    courses = {row.course_id for row in wanted}
    by_course: dict[UUID, list[CourseModule]] = {key: [] for key in courses}
    modules = CourseModule.objects.filter(Q(course__in=courses, archived_at=None) | Q(pk__in=known))
    for module in modules.order_by("module_order", "created_at", "pk"):
        by_course[module.course_id].append(module)
    return {row.pk: _paid_for(row, by_course[row.course_id], touched[row.pk]) for row in wanted}


def _paid_for(
    enrollment: Enrollment, modules: list[CourseModule], touched: set[UUID]
) -> list[CourseModule]:
    free = enrollment.modules_paid - sum(module.pk in touched for module in modules)
    chosen = []
    for module in modules:
        if module.pk in touched:
            chosen.append(module)
        elif module.archived_at is None and free > 0:
            chosen.append(module)
            free -= 1
    return chosen


def content(enrollment: Enrollment) -> list[ModuleState]:
    """The modules of an enrollment with their state, in order. Three queries."""
    states = {row.module_id: row for row in enrollment.progress.all()}
    return [_state(module, states.get(module.pk)) for module in modules_of(enrollment)]


def _state(module: CourseModule, progress: ModuleProgress | None) -> ModuleState:
    return ModuleState(
        module=module,
        is_delivered=progress is not None and progress.delivered_at is not None,
        is_complete=progress is not None and progress.is_complete,
        completed_at=progress.completed_at if progress else None,
    )


def delivered_count(enrollment: Enrollment) -> int:
    """How many of the paid sessions were held."""
    return enrollment.progress.filter(delivered_at__isnull=False).count()


def certificates_of(user: User) -> QuerySet[Certificate]:
    """The member's certificates, newest first."""
    rows = Certificate.objects.filter(user=user).select_related("course__creator", "issued_by")
    return rows.defer("course__search").order_by("-created_at", "-pk")


def certificate_by_code(code: str) -> Certificate | None:
    """An issued or revoked certificate by its public code, typed in any form (rule CERT-7)."""
    plain = code.replace("-", "").replace(" ", "").upper()
    if len(plain) != 12:
        return None
    return (
        Certificate.objects.filter(code=plain)
        .filter(status__in=[Certificate.Status.ISSUED, Certificate.Status.REVOKED])
        .select_related("user", "course__creator")
        .defer("course__search")
        .first()
    )


def students_taught(certificate: Certificate) -> int | None:
    """For a teaching certificate, how many students its holder has taught by now."""
    rows = StudentTeacher.objects.filter(certificate=certificate)
    return rows.values_list("students_taught", flat=True).first()


def waiting_certificates(user: User) -> QuerySet[Certificate]:
    """Certificates that wait for the member's decision as the creator, oldest first."""
    return (
        Certificate.objects.filter(course__creator=user, status=Certificate.Status.PENDING)
        .select_related("user", "course", "enrollment", "recommended_by")
        .defer("course__search")
        .annotate(
            sessions_held=Count(
                "enrollment__progress", filter=Q(enrollment__progress__delivered_at__isnull=False)
            )
        )
        .order_by("created_at", "pk")
    )


def waiting_applications(user: User) -> QuerySet[TeachingApplication]:
    """Applications to teach that wait for the member's decision as the creator, oldest first."""
    return applications_for(user).filter(status=TeachingApplication.Status.PENDING)


def applications_for(user: User) -> QuerySet[TeachingApplication]:
    """All applications to teach the member's courses, oldest first, with the sessions held."""
    return (
        TeachingApplication.objects.filter(course__creator=user)
        .select_related("user", "course", "enrollment__teacher")
        .defer("course__search")
        .annotate(
            sessions_held=Count(
                "enrollment__progress", filter=Q(enrollment__progress__delivered_at__isnull=False)
            )
        )
        .order_by("created_at", "pk")
    )


def application_of(user: User, course: Course) -> TeachingApplication | None:
    """The member's last application to teach the course."""
    rows = TeachingApplication.objects.filter(user=user, course=course)
    return rows.order_by("-created_at", "-pk").first()


def enrollment_in(user: User, course: Course) -> Enrollment | None:
    """The member's enrollment that counts in the course: an active one, else the last one."""
    rows = Enrollment.objects.filter(student=user, course=course).select_related("teacher")
    found = list(rows.order_by("-created_at", "-pk"))
    return next((row for row in found if row.is_active), found[0] if found else None)
