"""A creator's own courses."""

from django.db.models import OuterRef, QuerySet, Sum

from accounts.models import User
from catalog.models import Course, CourseModule
from peerloop.kit.statements import number_of


def own_courses(user: User) -> QuerySet[Course]:
    """The member's courses in all statuses, newest first, with ``module_count``. One query."""
    modules = CourseModule.objects.filter(course=OuterRef("pk"), archived_at=None)
    return (
        Course.objects.filter(creator=user, deleted_at=None)
        .select_related("category")
        .defer("search")
        .annotate(module_count=number_of(modules))
        .order_by("-created_at", "-pk")
    )


def students_in_courses_of(user: User) -> int:
    """The sum of the students of all the member's courses."""
    rows = Course.objects.filter(creator=user, deleted_at=None)
    return rows.aggregate(number=Sum("student_count", default=0))["number"]


def modules_to_teach(course: Course) -> QuerySet[CourseModule]:
    """The modules in their order with their teaching notes. One query.

    Does not check who may read the notes.
    """
    return course.modules.filter(archived_at=None).order_by("module_order")
