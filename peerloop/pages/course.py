"""The page of one course, and its endpoint: what it is, who teaches it and when, what is next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from billing.money import Shares, shares
from catalog.queries import CourseDetail, course_detail
from learning.queries import course_teachers
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Missing
from peerloop.pages import course_shapes as shapes
from peerloop.pages.course_button import CourseButton, course_button
from peerloop.pages.standing import Standing, standing_in
from peerloop.pages.teachers import TeachersFree, teachers_free

SHOWN_TEACHERS = 5


@dataclass(frozen=True, slots=True)
class CoursePage:
    """All that the page tells one viewer."""

    told: CourseDetail
    standing: Standing
    teachers: TeachersFree
    split: Shares
    button: CourseButton | None
    is_own: bool

    @property
    def first_teachers(self) -> list[Any]:
        """The soonest teachers."""
        return self.teachers.free[:SHOWN_TEACHERS]

    @property
    def more_teachers(self) -> list[Any]:
        """The others with a time to show."""
        return self.teachers.free[SHOWN_TEACHERS:]

    @property
    def creator_teaches_alone(self) -> bool:
        """Whether the creator gets the teaching share for certain (rule SPLIT-1)."""
        people = {teacher.user.pk for teacher in self.teachers.teachers}
        return people == {self.told.creator.id}

    @property
    def sells(self) -> bool:
        """Whether this viewer could buy it: then price and times matter most."""
        return self.told.is_listed and not (self.standing.is_enrolled or self.is_own)


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a course."""
    page = course_page(slug, viewer=_member(request.user), at=clock.now())
    return render_page(request, "pages/course.html", {"page": page, "course": page.told})


class CourseEndpoint(Endpoint):
    """One course over the API."""

    permission_classes = []

    @extend_schema(
        operation_id="get_course",
        summary="Get a course",
        description="By id; a slug is understood too. Strangers see published ones only.",
        responses={200: shapes.CourseAnswer, 404: shapes.NO_COURSE},
    )
    def get(self, request: Request, course_id: str) -> Response:
        """All of the course, with who teaches it."""
        viewer = _member(request.user)
        told = course_detail(course_id, viewer=viewer)
        standing = standing_in(told.id, user=viewer, at=clock.now())
        require_visible(told, viewer, standing)
        return Response(shapes.answer(told, course_teachers(told.id), standing.is_enrolled))


def course_page(slug: str, *, viewer: User | None, at: datetime) -> CoursePage:
    """What the page shows this viewer; raises Missing for a course that is not theirs to see."""
    told = course_detail(slug, viewer=viewer)
    standing = standing_in(told.id, user=viewer, at=at)
    require_visible(told, viewer, standing)
    rows = course_teachers(told.id)
    zone = viewer.timezone if viewer else ""
    teachers = teachers_free(rows, minutes=told.session_minutes, at=at, zone=zone)
    is_own = viewer is not None and viewer.pk == told.creator.id
    button = course_button(
        slug=told.slug,
        standing=standing,
        is_listed=told.is_listed,
        is_own=is_own,
        teachers=len(rows),
        free=len(teachers.free),
    )
    return CoursePage(told, standing, teachers, shares(told.price_cents), button, is_own)


def require_visible(told: CourseDetail, viewer: User | None, standing: Standing) -> None:
    """Raises Missing unless the course is listed, or the viewer has part in it (rule CAT-4)."""
    if told.is_listed:
        return
    manages = viewer is not None and (viewer.is_admin or viewer.pk == told.creator.id)
    if told.is_deleted or not (manages or standing.is_enrolled or standing.may_teach):
        raise Missing


def _member(user: Any) -> User | None:
    return user if user.is_authenticated else None
