"""Buying a course over the API: three seed spellings of one operation (rule ENR-7)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.incoming.idempotency import idempotent
from accounts.models import User
from billing import access
from billing.actions.checkout import start_checkout, start_timed_checkout
from billing.visitors import counting, member_visitor
from catalog.models import Course
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Id, Input, Instant
from peerloop.kit.refusals import Invalid

TEACHER_HELP = "The teacher's user id. Left out: the first booking decides."


class TeacherChoice(Input):
    """Who shall teach, under either name of the seeds."""

    refuse_unknown = True
    student_teacher_id = Id(required=False, allow_null=True, help_text=TEACHER_HELP)
    st_id = Id(required=False, allow_null=True, help_text="The same as student_teacher_id.")
    scheduled_start = Instant(
        required=False,
        help_text="A free time of that teacher, held for ten minutes: the payment books it.",
    )


class CheckoutIn(TeacherChoice):
    """What is bought, and who shall teach."""

    course_id = Id()


class CheckoutOut(serializers.Serializer[Any]):
    """Where to pay. Nothing is enrolled before the payment arrived."""

    checkout_url = serializers.URLField(source="url")
    session_id = serializers.CharField(source="stripe_session_id")


ANSWERS = {
    200: CheckoutOut,
    400: OpenApiResponse(
        description="A wrong field, a time without a teacher, or one that can't be booked: "
        "`start_not_bookable`, `outside_availability`."
    ),
    404: OpenApiResponse(description="No such course, or it can't be bought."),
    409: OpenApiResponse(
        description="`slot_taken`: somebody else holds or booked the time. Or the course can't be "
        "bought now: `already_enrolled`, `payment_pending`."
    ),
}


class EnrollEndpoint(Endpoint):
    """POST /courses/:id/enroll."""

    @extend_schema(
        operation_id="enroll_in_course", request=TeacherChoice, responses=ANSWERS, tags=["pay"]
    )
    @idempotent
    def post(self, request: Request, course_id: str) -> Response:
        """Open a page to pay the course on; an open one is handed out again (ENR-1, ENR-10)."""
        body = self.body(TeacherChoice)
        return _start(request, access.buyable_course(course_id), body)


class CheckoutEndpoint(Endpoint):
    """POST /checkout/create."""

    @extend_schema(
        operation_id="create_checkout", request=CheckoutIn, responses=ANSWERS, tags=["pay"]
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """The same as POST /courses/:id/enroll, with the course in the body."""
        body = self.body(CheckoutIn)
        return _start(request, access.buyable_course(body["course_id"]), body)


class CheckoutSessionEndpoint(Endpoint):
    """POST /checkout/session."""

    @extend_schema(
        operation_id="create_checkout_session",
        request=CheckoutIn,
        responses=ANSWERS,
        tags=["pay"],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """The same as POST /checkout/create."""
        body = self.body(CheckoutIn)
        return _start(request, access.buyable_course(body["course_id"]), body)


def _start(request: Request, course: Course, body: Mapping[str, Any]) -> Response:
    user, at = access.member(request.user), clock.now()
    teacher, start = _teacher(course, body), body.get("scheduled_start")
    if start is None:
        checkout = start_checkout(student=user, course=course, teacher=teacher, at=at)
        return Response(CheckoutOut(checkout).data)
    if teacher is None:
        raise Invalid.field("scheduled_start", "A time has a teacher: name one.")
    visitor = member_visitor(user)
    checkout = start_timed_checkout(
        visitor=visitor,
        course=course,
        teacher=teacher,
        start=start,
        at=at,
        count=counting(request, visitor),
    )
    return Response(CheckoutOut(checkout).data)


def _teacher(course: Course, body: Mapping[str, Any]) -> User | None:
    """The chosen teacher; raises Invalid if the two names disagree."""
    given: dict[str, UUID] = {
        name: body[name] for name in ("student_teacher_id", "st_id") if body.get(name)
    }
    if len(set(given.values())) > 1:
        raise Invalid.field("st_id", "st_id and student_teacher_id name two different teachers.")
    for field, user_id in given.items():
        return access.chosen_teacher(course, user_id, field=field)
    return None
