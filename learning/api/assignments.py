"""API endpoints of a creator's homework."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from learning import serializers_homework as shapes
from learning.access import assignment_to_manage, course_of_creator
from learning.actions import edit_homework, remove_homework, set_homework
from learning.queries import assignments_of
from peerloop.kit import answers, clock
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import ListEndpoint


class CourseHomework(ListEndpoint):
    """The homework of a course."""

    list_name = "assignments"

    @extend_schema(
        operation_id="list_course_homework",
        summary="List the homework of a course",
        description="For its creator and admins.",
        responses={200: shapes.AssignmentList, 400: answers.BAD, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, course_id: str) -> Response:
        """One page in the creator's order."""
        course = course_of_creator(request.user, course_id)
        return self.listed(assignments_of(course), shapes.AssignmentAnswer)

    @extend_schema(
        operation_id="set_homework",
        summary="Add homework to a course",
        description="By its creator or an admin; everybody enrolled has it from then on.",
        request=shapes.AssignmentInput,
        responses={
            201: shapes.AssignmentAnswer,
            400: answers.BAD,
            404: answers.MISSING,
            422: answers.LIMIT,
        },
    )
    def post(self, request: MemberApiRequest, course_id: str) -> Response:
        """Add it at the end."""
        course = course_of_creator(request.user, course_id)
        given = self.body(shapes.AssignmentInput)
        row = set_homework(course=course, by=request.user, at=clock.now(), **given)
        return Response(shapes.AssignmentAnswer(row).data, status=201)


class CourseAssignment(Endpoint):
    """One piece of homework of a course."""

    @extend_schema(
        operation_id="edit_homework",
        summary="Change homework",
        request=shapes.AssignmentChanges,
        responses={200: shapes.AssignmentAnswer, 400: answers.BAD, 404: answers.MISSING},
    )
    def patch(self, request: MemberApiRequest, course_id: str, assignment_id: str) -> Response:
        """Change what is given."""
        row = assignment_to_manage(request.user, course_id, assignment_id)
        given = self.body(shapes.AssignmentChanges)
        row = edit_homework(assignment=row, by=request.user, at=clock.now(), **given)
        return Response(shapes.AssignmentAnswer(row).data)

    @extend_schema(
        operation_id="remove_homework",
        summary="Delete homework",
        description="It is hidden from everybody; what was handed in is kept.",
        responses={204: None, 404: answers.MISSING},
    )
    def delete(self, request: MemberApiRequest, course_id: str, assignment_id: str) -> Response:
        """Hide it."""
        row = assignment_to_manage(request.user, course_id, assignment_id)
        remove_homework(assignment=row, by=request.user, at=clock.now())
        return Response(status=204)
