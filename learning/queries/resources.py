"""Queries of resources and of where members stopped playing them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import File, User
from catalog.models import Course
from learning.models import Enrollment, PlaybackPosition, Resource, StudentTeacher
from learning.queries.enrollments import modules_by_enrollment


def resources_of(course: Course) -> QuerySet[Resource]:
    """The resources of a course in its creator's order."""
    rows = Resource.objects.filter(course=course).select_related("file", "module")
    return rows.order_by("position", "created_at")


def resources_in(course: Course, modules: Iterable[UUID]) -> QuerySet[Resource]:
    """Those of the whole course and of these modules."""
    return resources_of(course).filter(Q(module=None) | Q(module__in=list(modules)))


def is_entitled(user: User, resource: Resource) -> bool:
    """Whether the member learns or teaches what the resource belongs to.

    Students as long as their enrollment opens content (rule ENR-6), and only for modules that they
    paid for; teachers while their right to teach is active.
    """
    rights = StudentTeacher.objects.filter(user=user, course=resource.course_id, is_active=True)
    if rights.exists():
        return True
    enrollments = list(
        Enrollment.objects.with_content().filter(student=user, course=resource.course_id)
    )
    if resource.module_id is None or not enrollments:
        return bool(enrollments)
    paid = modules_by_enrollment(enrollments).values()
    return any(module.pk == resource.module_id for modules in paid for module in modules)


def position_of(user: User, file: File) -> int:
    """Where the member stopped, in seconds; 0 at the start."""
    rows = PlaybackPosition.objects.filter(user=user, file=file)
    return rows.values_list("seconds", flat=True).first() or 0
