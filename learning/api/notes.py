"""The teaching notes of a course over the API."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from catalog.queries import modules_to_teach
from learning.access import course_with_notes
from learning.serializers import TeachingNotes
from peerloop.kit.api import Endpoint, identifier

MISSING = OpenApiResponse(description="No such course, or the caller does not teach it.")


class CourseTeachingNotes(Endpoint):
    """What the creator tells the teachers about each module."""

    @extend_schema(
        operation_id="get_teaching_notes",
        summary="Teaching notes of a course",
        description="For its active teachers and its creator; students never see them.",
        responses={200: TeachingNotes, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, course_id: str) -> Response:
        """The notes."""
        course = course_with_notes(request.user, identifier(course_id))
        return Response(TeachingNotes({"modules": modules_to_teach(course)}).data)
