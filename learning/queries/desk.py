"""A creator's view of one course: its students and its teachers."""

from django.db.models import OuterRef, QuerySet

from catalog.models import Course
from learning.models import Enrollment, StudentTeacher
from learning.queries.enrollments import sessions_held_in
from peerloop.kit.statements import number_of

# What may be shown of the students: the words of the address, and the statuses.
SHOWN = {
    "": None,
    "active": Enrollment.ACTIVE,
    "completed": (Enrollment.Status.COMPLETED,),
    "left": (Enrollment.Status.CANCELLED,),
}


def students_of_course(course: Course, shown: str = "") -> QuerySet[Enrollment]:
    """The enrollments of the course, newest first, with ``sessions_held``; of SHOWN statuses."""
    statuses = SHOWN[shown]
    rows = Enrollment.objects.filter(course=course)
    if statuses is not None:
        rows = rows.filter(status__in=statuses)
    return (
        rows.select_related("student", "teacher", "course")
        .defer("course__search")
        .annotate(sessions_held=sessions_held_in("pk"))
        .order_by("-created_at", "-pk")
    )


def teachers_of_course(course: Course) -> QuerySet[StudentTeacher]:
    """Who may or might teach it, those switched off last, with figures of their quality.

    ``students_now``, ``completed`` and ``left`` count the enrollments that they have now, saw to
    the end, and that were cancelled with them.
    """
    taught = Enrollment.objects.filter(course=OuterRef("course"), teacher=OuterRef("user"))
    return (
        StudentTeacher.objects.filter(course=course)
        .select_related("user")
        .annotate(
            students_now=number_of(taught.filter(status__in=Enrollment.ACTIVE)),
            completed=number_of(taught.filter(status=Enrollment.Status.COMPLETED)),
            left=number_of(taught.filter(status=Enrollment.Status.CANCELLED)),
        )
        .order_by("-is_active", "-pk")
    )
