"""API endpoints of the studio: make, change and publish one's own courses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from catalog.actions.copying import duplicate_course, write_course
from catalog.actions.covers import draw_cover
from catalog.actions.curriculum import (
    add_module,
    edit_module,
    move_module,
    place_module,
    remove_module,
    restore_module,
)
from catalog.actions.drafting import delete_course, edit_course
from catalog.actions.publishing import (
    missing_for_publication,
    publish_course,
    retire_course,
    unpublish_course,
)
from catalog.models import Course, CourseModule
from catalog.queries import own_courses
from catalog.studio import serializers as shapes
from catalog.studio.access import require_creator, studio_course, studio_module
from catalog.studio.content import changes_of, content_of_body, named_as_shown
from catalog.studio.queries import lists_of, modules_of_course
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import ListEndpoint, PageQuery
from peerloop.kit.parsing import whole_number
from peerloop.kit.refusals import Invalid

FORBIDDEN = OpenApiResponse(description="The caller is no approved creator.")
MISSING = OpenApiResponse(description="Not there, or not the caller's own.")
CLASH = OpenApiResponse(
    description="Right in itself, but not in the present state: `changed_elsewhere` with the "
    "present `revision`, `course_incomplete` with what is `missing`, or another code."
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag that you read, instead of `revision` in the body.",
)
# What the answer takes from the course as it is.
COLUMNS = (
    *("id", "slug", "status", "suspended_reason", "revision", "title", "tagline", "description"),
    *("thumbnail_url", "category", "level", "price_cents", "currency", "duration"),
    *("session_minutes", "lifetime_access", "student_count", "first_published_at", "updated_at"),
)


@contextmanager
def _named() -> Iterator[None]:
    """Name the fields of a refusal as the API does."""
    try:
        yield
    except Invalid as refusal:
        raise named_as_shown(refusal) from None


def _revision(request: MemberApiRequest, given: dict[str, Any]) -> int | None:
    """The revision that the caller read; None if they name none."""
    header = request.headers.get("If-Match", "").strip()
    if "revision" in given or header in ("", "*"):
        return given.pop("revision", None)
    found = whole_number(header.removeprefix("W/").strip('"'))
    if found is None:
        raise Invalid.field("If-Match", "Give the ETag of your last answer.")
    return found


def _course(course: Course, status: int = 200) -> Response:
    """The course as it is now."""
    course = Course.objects.select_related("category", "creator").defer("search").get(pk=course.pk)
    lists, modules = lists_of(course), modules_of_course(course)
    answer = {name: getattr(course, name) for name in COLUMNS} | {
        "tags": lists["tags"],
        "learning_objectives": lists["objectives"],
        "includes": lists["includes"],
        "target_audience": lists["target_audience"],
        "prerequisites": [{"text": text, "kind": kind} for text, kind in lists["prerequisites"]],
        "testimonials": [
            {"quote": quote, "author": author} for quote, author in lists["testimonials"]
        ],
        "peerloop_features": lists["features"],
        "modules": [row for row in modules if row.archived_at is None],
        "archived_modules": [row for row in modules if row.archived_at is not None],
        "missing": missing_for_publication(course),
    }
    response = Response(shapes.StudioCourse(answer).data, status=status)
    response["ETag"] = f'"{course.revision}"'
    return response


def _module(module: CourseModule, status: int = 200) -> Response:
    module.refresh_from_db()
    response = Response(shapes.StudioModule(module).data, status=status)
    response["ETag"] = f'"{module.revision}"'
    return response


class OwnCourses(ListEndpoint):
    """The caller's courses."""

    list_name = "courses"

    @extend_schema(
        operation_id="list_my_courses",
        summary="Your courses",
        description="In all states, the newest first.",
        parameters=[PageQuery],
        responses={200: shapes.OwnCourses, 400: BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        return self.listed(own_courses(request.user), shapes.OwnCourseRow)

    @extend_schema(
        operation_id="create_course",
        summary="Begin a course",
        description="A draft that only you see. A title is enough; with all fields and modules it "
        "is a copy of what `GET /me/courses/{course_id}` answered.",
        request=shapes.CourseInput,
        responses={201: shapes.StudioCourse, 400: BAD, 403: FORBIDDEN, 409: CLASH},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Create it."""
        require_creator(request.user)
        given = self.body(shapes.CourseInput)
        with _named():
            content = content_of_body(given)
            course = write_course(content=content, by=request.user, at=clock.now())
        return _course(course, 201)


class OwnCourse(Endpoint):
    """One course of the caller's own."""

    @extend_schema(
        operation_id="get_my_course",
        summary="A course as you edit it",
        description="With all modules, the teaching notes, and what publishing still needs.",
        responses={200: shapes.StudioCourse, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, course_id: str) -> Response:
        """The course."""
        return _course(studio_course(request.user, course_id))

    @extend_schema(
        operation_id="change_course",
        summary="Change a course",
        description="What is left out stays. A published course has to stay publishable. A new "
        "price is for new checkouts only.",
        parameters=[IF_MATCH],
        request=shapes.CourseChange,
        responses={200: shapes.StudioCourse, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def patch(self, request: MemberApiRequest, course_id: str) -> Response:
        """Change what was given."""
        course = studio_course(request.user, course_id)
        given = self.body(shapes.CourseChange)
        revision = _revision(request, given)
        with _named():
            edit_course(course=course, by=request.user, revision=revision, **changes_of(given))
        return _course(course)

    @extend_schema(
        operation_id="delete_course",
        summary="Delete a draft",
        description="One that was never published; others are retired.",
        responses={204: None, 404: MISSING, 409: CLASH},
    )
    def delete(self, request: MemberApiRequest, course_id: str) -> Response:
        """Delete it."""
        course = studio_course(request.user, course_id)
        delete_course(course=course, by=request.user, at=clock.now())
        return Response(status=204)


class Publication(Endpoint):
    """Whether a course is in the catalog."""

    @extend_schema(
        operation_id="publish_course",
        summary="Publish a course",
        description="Safe to repeat.",
        request=None,
        responses={200: shapes.StudioCourse, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, course_id: str) -> Response:
        """Publish it."""
        course = studio_course(request.user, course_id)
        return _course(publish_course(course=course, by=request.user, at=clock.now()))

    @extend_schema(
        operation_id="unpublish_course",
        summary="Make a course a draft again",
        description="Those enrolled go on. Safe to repeat.",
        responses={200: shapes.StudioCourse, 404: MISSING, 409: CLASH},
    )
    def delete(self, request: MemberApiRequest, course_id: str) -> Response:
        """Take it off the catalog."""
        course = studio_course(request.user, course_id)
        return _course(unpublish_course(course=course, by=request.user, at=clock.now()))


class Retirement(Endpoint):
    """Whether a course is retired."""

    @extend_schema(
        operation_id="retire_course",
        summary="Retire a course",
        description="Those enrolled go on. Publishing lists it again. Safe to repeat.",
        request=None,
        responses={200: shapes.StudioCourse, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, course_id: str) -> Response:
        """Retire it."""
        course = studio_course(request.user, course_id)
        return _course(retire_course(course=course, by=request.user, at=clock.now()))


class Copies(Endpoint):
    """Copies of a course."""

    @extend_schema(
        operation_id="duplicate_course",
        summary="Duplicate a course",
        description="The copy is a draft without students and reviews.",
        request=None,
        responses={201: shapes.StudioCourse, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, course_id: str) -> Response:
        """Copy it."""
        course = studio_course(request.user, course_id)
        return _course(duplicate_course(course=course, by=request.user, at=clock.now()), 201)


class Cover(Endpoint):
    """The cover of a course. Pictures are uploaded on the page."""

    @extend_schema(
        operation_id="draw_course_cover",
        summary="Have a cover drawn",
        description="Another one each time.",
        request=None,
        responses={200: shapes.StudioCourse, 404: MISSING},
    )
    def post(self, request: MemberApiRequest, course_id: str) -> Response:
        """Draw one."""
        course = studio_course(request.user, course_id)
        return _course(draw_cover(course=course, by=request.user, at=clock.now()))


class Modules(Endpoint):
    """The modules of a course."""

    @extend_schema(
        operation_id="add_module",
        summary="Add a module",
        description="At the end. Students who enrolled keep the number that they paid for.",
        request=shapes.ModuleInput,
        responses={201: shapes.StudioModule, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, course_id: str) -> Response:
        """Add it."""
        course = studio_course(request.user, course_id)
        given = self.body(shapes.ModuleInput)
        return _module(add_module(course=course, by=request.user, **given), 201)


class OneModule(Endpoint):
    """One module."""

    @extend_schema(
        operation_id="change_module",
        summary="Change a module",
        description="What is left out stays. Its place is changed by `PUT .../place`.",
        parameters=[IF_MATCH],
        request=shapes.ModuleChange,
        responses={200: shapes.StudioModule, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def patch(self, request: MemberApiRequest, course_id: str, module_id: str) -> Response:
        """Change what was given."""
        row = studio_module(studio_course(request.user, course_id), module_id)
        given = self.body(shapes.ModuleChange)
        revision = _revision(request, given)
        return _module(edit_module(module=row, by=request.user, revision=revision, **given))

    @extend_schema(
        operation_id="remove_module",
        summary="Remove a module",
        description="One that was taught is archived. Refused while students are enrolled.",
        responses={200: shapes.ModuleRemoved, 404: MISSING, 409: CLASH},
    )
    def delete(self, request: MemberApiRequest, course_id: str, module_id: str) -> Response:
        """Delete or archive it."""
        row = studio_module(studio_course(request.user, course_id), module_id)
        remove_module(module=row, by=request.user)
        kept = CourseModule.objects.filter(pk=row.pk).exists()
        return Response(shapes.ModuleRemoved({"is_archived": kept}).data)


class ModulePlace(Endpoint):
    """The place of a module in the outline."""

    @extend_schema(
        operation_id="move_module",
        summary="Move a module",
        description="To a position, or before another module; with neither to the end.",
        request=shapes.PlaceInput,
        responses={200: shapes.StudioModule, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def put(self, request: MemberApiRequest, course_id: str, module_id: str) -> Response:
        """Move it."""
        course = studio_course(request.user, course_id)
        row, given = studio_module(course, module_id), self.body(shapes.PlaceInput)
        if len(given) > 1:
            raise Invalid.field("position", "Give a position or a module, not both.")
        if "position" in given:
            move_module(module=row, to=given["position"], by=request.user)
        else:
            before = given.get("before_id")
            other = studio_module(course, before) if before else None
            place_module(module=row, before=other, by=request.user)
        return _module(row)


class ModuleRestoration(Endpoint):
    """Whether an archived module is back."""

    @extend_schema(
        operation_id="restore_module",
        summary="Restore an archived module",
        description="At the end. Safe to repeat.",
        request=None,
        responses={200: shapes.StudioModule, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, course_id: str, module_id: str) -> Response:
        """Restore it."""
        row = studio_module(studio_course(request.user, course_id), module_id)
        return _module(restore_module(module=row, by=request.user))
