"""Who may teach, and who wants to."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from catalog.models import Course
from learning.models import Enrollment, StudentTeacher, TeachingApplication
from peerloop.kit.statements import Given, Read


class CourseTeacher(NamedTuple):
    """Somebody who may be chosen for a course, as far as pages and answers show them."""

    user_id: UUID
    name: str
    avatar_url: str
    students_taught: int
    certified_date: date

    @property
    def pk(self) -> UUID:
        """The person's id, under the name that avatars ask for."""
        return self.user_id

    @property
    def user(self) -> "CourseTeacher":
        """The person: this row holds what is shown of them."""
        return self


def eligible_teachers(course: Course) -> QuerySet[StudentTeacher]:
    """Who may be chosen, assigned or booked for the course (rule TEACH-1), oldest right first."""
    return _eligible(course).select_related("user")


def course_teachers(course_id: UUID) -> list[CourseTeacher]:
    """The same as plain values: one statement."""
    return COURSE_TEACHERS.all(course=course_id)


def _eligible(course: Course | Given) -> QuerySet[StudentTeacher]:
    return StudentTeacher.objects.eligible().filter(course=course).order_by("created_at", "pk")


COURSE_TEACHERS = Read(
    CourseTeacher,
    lambda: _eligible(Given("course")).values_list(
        *("user_id", "user__name", "user__avatar_url", "students_taught", "certified_date")
    ),
)


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


def applications_by(user: User) -> QuerySet[TeachingApplication]:
    """The member's own applications to teach, oldest first."""
    rows = TeachingApplication.objects.filter(user=user).select_related("user", "course")
    return rows.defer("course__search").order_by("created_at", "pk")


def courses_applied_for(user: User) -> set[UUID]:
    """The courses for which an application of the member waits."""
    waiting = TeachingApplication.objects.filter(
        user=user, status=TeachingApplication.Status.PENDING
    )
    return set(waiting.values_list("course_id", flat=True))
