"""Queries of student-teachers and of applications to teach."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import FloatField, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast

from accounts.models import User
from catalog.models import Course
from learning.models import Enrollment, StudentTeacher, TeachingApplication
from learning.queries.enrollments import sessions_held_in
from peerloop.kit.counting import count_up_to
from peerloop.kit.statements import Given, Read, number_of


class CourseTeacher(NamedTuple):
    """The public data of a teacher who may be chosen for a course."""

    user_id: UUID
    name: str
    avatar_url: str
    students_taught: int
    certified_date: date
    rating: float | None
    rating_count: int

    @property
    def pk(self) -> UUID:
        """The member's id, under the name that the avatar template uses."""
        return self.user_id

    @property
    def user(self) -> "CourseTeacher":
        """This row itself, so that templates can use it like a student-teacher's user."""
        return self


def eligible_teachers(course: Course) -> QuerySet[StudentTeacher]:
    """Student-teachers who may be chosen and booked (rule TEACH-1), first certified first."""
    return _eligible(course).select_related("user")


def course_teachers(course_id: UUID) -> list[CourseTeacher]:
    """``eligible_teachers`` as plain values. One query."""
    return COURSE_TEACHERS.all(course=course_id)


def _eligible(course: Course | Given) -> QuerySet[StudentTeacher]:
    return StudentTeacher.objects.eligible().filter(course=course).order_by("created_at", "pk")


COURSE_TEACHERS = Read(
    CourseTeacher,
    lambda: _eligible(Given("course")).values_list(
        *("user_id", "user__name", "user__avatar_url", "students_taught", "certified_date"),
        Cast("rating", FloatField()),
        "rating_count",
    ),
)


def teaching_row(user: User, course: Course) -> StudentTeacher | None:
    """The member's right to teach the course, active or not, or None."""
    rows = StudentTeacher.objects.select_related("user", "course", "certificate")
    return rows.filter(user=user, course=course).first()


def teaching_rows(user: User) -> QuerySet[StudentTeacher]:
    """The member's rights to teach, those that are switched off last, else the newest first.

    Each has ``students_now``, the number of active enrollments.
    """
    active = Enrollment.objects.active().filter(student_teacher=OuterRef("pk"))
    return (
        StudentTeacher.objects.filter(user=user)
        .select_related("course__creator", "certificate")
        .defer("course__search")
        .annotate(students_now=number_of(active))
        .order_by("-is_active", "-pk")
    )


@dataclass(frozen=True, slots=True)
class TeachingSums:
    """Over all courses of a teacher. ``shortest_minutes`` is the length of the shortest session
    that they may give, None where there is none."""

    students_now: int
    students_taught: int
    shortest_minutes: int | None


def teaching_sums(user: User) -> TeachingSums:
    """Students and shortest session of a teacher; students are counted up to ``MAX_COUNTED``."""
    may_teach = Q(is_active=True, teaching_active=True)
    found = StudentTeacher.objects.filter(user=user).aggregate(
        taught=Sum("students_taught", default=0),
        shortest=Min("course__session_minutes", filter=may_teach),
    )
    now = count_up_to(Enrollment.objects.active().filter(teacher=user))
    return TeachingSums(now, found["taught"], found["shortest"])


def waiting_applications(user: User) -> QuerySet[TeachingApplication]:
    """Pending applications to teach the member's courses, oldest first."""
    return applications_for(user).filter(status=TeachingApplication.Status.PENDING)


def applications_for(user: User) -> QuerySet[TeachingApplication]:
    """All applications to teach the member's courses, oldest first, with the sessions held."""
    return (
        TeachingApplication.objects.filter(course__creator=user)
        .select_related("user", "course", "enrollment__teacher")
        .defer("course__search")
        .annotate(sessions_held=sessions_held_in("enrollment"))
        .order_by("created_at", "pk")
    )


def application_of(user: User, course: Course) -> TeachingApplication | None:
    """The member's last application to teach the course."""
    rows = TeachingApplication.objects.filter(user=user, course=course)
    return rows.order_by("-created_at", "-pk").first()


def applications_by(user: User) -> QuerySet[TeachingApplication]:
    """The member's own applications to teach, oldest first."""
    rows = TeachingApplication.objects.filter(user=user).select_related("user", "course")
    return rows.defer("course__search").order_by("created_at", "pk")


def courses_applied_for(user: User) -> set[UUID]:
    """The ids of the courses for which the member has a pending application."""
    waiting = TeachingApplication.objects.filter(
        user=user, status=TeachingApplication.Status.PENDING
    )
    return set(waiting.values_list("course_id", flat=True))
