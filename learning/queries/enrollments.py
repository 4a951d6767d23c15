"""Queries of enrollments, their modules and their progress."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import User
from catalog.models import Course, CourseModule
from learning.models import Certificate, Enrollment, ModuleProgress
from peerloop.kit.statements import number_of


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A module of an enrollment, with whether it was delivered and marked complete."""

    module: CourseModule
    is_delivered: bool
    is_complete: bool
    completed_at: datetime | None
    delivered_at: datetime | None


def enrollments_of(user: User) -> QuerySet[Enrollment]:
    """The member's enrollments as a student, newest first."""
    rows = Enrollment.objects.filter(student=user).select_related("course__creator", "teacher")
    return rows.defer("course__search").order_by("-created_at", "-pk")


def students_of(user: User) -> QuerySet[Enrollment]:
    """Enrollments that the member teaches: those not completed first, then the newest.

    Each has ``live_certificates``: its pending and issued certificates, and what its student
    expects (rule RATE-8).
    """
    live = Certificate.objects.filter(
        status__in=[Certificate.Status.PENDING, Certificate.Status.ISSUED]
    )
    return (
        Enrollment.objects.filter(teacher=user)
        .exclude(status=Enrollment.Status.CANCELLED)
        .select_related("course__creator", "student", "student_teacher", "expectations")
        .defer("course__search")
        .prefetch_related(Prefetch("certificates", queryset=live, to_attr="live_certificates"))
        .annotate(sessions_held=sessions_held_in("pk"))
        .order_by(F("completed_at").desc(nulls_first=True), "-created_at", "-pk")
    )


def sessions_held_in(enrollment: str) -> Subquery:
    """The number of sessions held in the enrollment that this column of a row names.

    A subquery, which runs for the rows of a page; a join would count those of all rows.
    """
    delivered = ModuleProgress.objects.filter(delivered_at__isnull=False)
    return number_of(delivered.filter(enrollment=OuterRef(enrollment)))


def enrollment_in(user: User, course: Course) -> Enrollment | None:
    """The member's active enrollment in the course, or else the latest one."""
    rows = Enrollment.objects.filter(student=user, course=course).select_related("teacher")
    found = list(rows.order_by("-created_at", "-pk"))
    return next((row for row in found if row.is_active), found[0] if found else None)


def modules_of(enrollment: Enrollment) -> list[CourseModule]:
    """The modules that the enrollment paid for, in the course's order (rule CAT-5).

    Modules with progress always belong to it, even if archived since. They are filled up to the
    number paid for with the first other modules of the course.
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
    return {
        row.pk: paid_for(row.modules_paid, by_course[row.course_id], touched[row.pk])
        for row in wanted
    }


class ModuleLike(Protocol):
    """The part of a module that ``paid_for`` needs."""

    @property
    def pk(self) -> UUID:
        """Its id."""

    @property
    def archived_at(self) -> datetime | None:
        """When it was archived, or None."""


Module = TypeVar("Module", bound=ModuleLike)


def paid_for(number: int, modules: list[Module], touched: set[UUID]) -> list[Module]:
    """The modules that an enrollment paid for: ``number`` of the course's ``modules``, in order.

    ``touched`` are the ids of modules with progress, which are always included.
    """
    free = number - sum(module.pk in touched for module in modules)
    chosen = []
    for module in modules:
        if module.pk in touched:
            chosen.append(module)
        elif module.archived_at is None and free > 0:
            chosen.append(module)
            free -= 1
    return chosen


def content(enrollment: Enrollment) -> list[ModuleState]:
    """The modules of an enrollment with their state, in order. Two queries."""
    states = {row.module_id: row for row in enrollment.progress.all()}
    modules = CourseModule.objects.filter(
        Q(course=enrollment.course_id, archived_at=None) | Q(pk__in=states)
    )
    listed = list(modules.order_by("module_order", "created_at", "pk"))
    paid = paid_for(enrollment.modules_paid, listed, set(states))
    return [_state(module, states.get(module.pk)) for module in paid]


def _state(module: CourseModule, progress: ModuleProgress | None) -> ModuleState:
    return ModuleState(
        module=module,
        is_delivered=progress is not None and progress.delivered_at is not None,
        is_complete=progress is not None and progress.is_complete,
        completed_at=progress.completed_at if progress else None,
        delivered_at=progress.delivered_at if progress else None,
    )


def held_at(enrollment: Enrollment, module_id: UUID | None) -> datetime | None:
    """When the session of a module was held; None for no module, or before that."""
    if module_id is None:
        return None
    rows = enrollment.progress.filter(module=module_id)
    return rows.values_list("delivered_at", flat=True).first()


def delivered_count(enrollment: Enrollment) -> int:
    """The number of delivered modules, one for each session held."""
    return enrollment.progress.filter(delivered_at__isnull=False).count()


def enrollment_to_apply_with(user: User, course: Course) -> Enrollment | None:
    """The enrollment for an application to teach: a completed one, or else the latest one."""
    rows = Enrollment.objects.with_content().filter(student=user, course=course)
    return rows.order_by(F("completed_at").desc(nulls_last=True), "-created_at").first()
