"""API endpoints of an enrollment: its content and its progress."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from learning import serializers as shapes
from learning.access import own_enrollment
from learning.actions import mark_module
from learning.queries import content
from peerloop.kit import answers, clock
from peerloop.kit.api import Endpoint, identifier
from peerloop.kit.refusals import Forbidden


class Content(Endpoint):
    """The content of an enrollment."""

    @extend_schema(
        operation_id="get_enrollment_content",
        summary="Get the content of an enrollment",
        description="The student's own; closed once it is cancelled.",
        responses={200: shapes.ContentAnswer, 403: answers.FORBIDDEN, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """The modules in order."""
        enrollment = own_enrollment(request.user, enrollment_id)
        if not enrollment.opens_content:
            raise Forbidden("This enrollment was cancelled. Its content is closed.")
        answer = {"enrollment": enrollment, "modules": content(enrollment)}
        return Response(shapes.ContentAnswer(answer).data)


class Module(Endpoint):
    """One module of an enrollment."""

    @extend_schema(
        operation_id="mark_enrollment_module",
        summary="Mark a module",
        description="Complete or not. A module can be marked once its session is completed "
        "(else 409 `session_missing`); marks stay once the course is completed. Safe to repeat.",
        request=shapes.ModuleInput,
        responses={
            200: shapes.MarkAnswer,
            400: answers.BAD,
            403: answers.FORBIDDEN,
            404: answers.MISSING,
            409: answers.CLASH,
        },
    )
    def patch(self, request: MemberApiRequest, enrollment_id: str, module_id: str) -> Response:
        """Mark the module complete or incomplete."""
        enrollment = own_enrollment(request.user, enrollment_id)
        progress = mark_module(
            enrollment=enrollment,
            module_id=identifier(module_id),
            is_complete=self.body(shapes.ModuleInput)["is_complete"],
            by=request.user,
            at=clock.now(),
        )
        return Response(shapes.MarkAnswer({"progress": progress, "enrollment": enrollment}).data)
