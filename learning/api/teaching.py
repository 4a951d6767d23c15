"""API endpoints of student-teachers and of applications to teach."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from learning import serializers as shapes
from learning.access import course_to_teach, decided_application
from learning.actions import apply_to_teach, decide_application
from learning.actions.applications import CourseNotCompleted
from learning.queries import (
    applications_by,
    applications_for,
    enrollment_to_apply_with,
    teacher_cards,
)
from peerloop.kit import answers, clock
from peerloop.kit.api import Endpoint, identifier
from peerloop.kit.paging import ListEndpoint, page_of
from peerloop.kit.text import one_line


class StudentTeachers(Endpoint):
    """The list of student-teachers."""

    permission_classes = []

    @extend_schema(
        operation_id="list_student_teachers",
        summary="List student-teachers",
        description="Those with a public profile who are listed as available; "
        "admins and moderators see private ones too.",
        parameters=[shapes.TeacherQuery],
        responses={200: shapes.TeacherList, 400: answers.BAD},
    )
    def get(self, request: Request) -> Response:
        """One page of the list, most students first."""
        asked = self.query(shapes.TeacherQuery)
        page = page_of(request.query_params)
        found = teacher_cards(
            viewer=request.user,
            search=one_line(asked.get("search", "")),
            course_id=asked.get("course_id"),
            page=page,
        )
        answer = {"student_teachers": found.cards, "total": found.total, "page": page.page}
        return Response(shapes.TeacherList(answer).data)


class CourseApplications(Endpoint):
    """Applications to teach one course."""

    @extend_schema(
        operation_id="apply_to_teach",
        summary="Apply to teach a course",
        description="Needs a proven address and a completed enrollment in the course; again 30 days"
        " after a decline. Safe to repeat: an application that waits is answered as it is.",
        request=shapes.ApplicationInput,
        responses={
            201: shapes.ApplicationAnswer,
            400: answers.BAD,
            403: answers.FORBIDDEN,
            404: answers.MISSING,
            409: answers.CLASH,
        },
    )
    def post(self, request: MemberApiRequest, course_id: str) -> Response:
        """Apply to teach the course."""
        course = course_to_teach(request.user, identifier(course_id))
        given = self.body(shapes.ApplicationInput)
        enrollment = enrollment_to_apply_with(request.user, course)
        if enrollment is None:
            raise CourseNotCompleted
        row = apply_to_teach(enrollment=enrollment, **given, by=request.user, at=clock.now())
        return Response(shapes.ApplicationAnswer(row).data, status=201)


class Applications(ListEndpoint):
    """The caller's own applications to teach, or those that the caller decides on."""

    list_name = "teaching_applications"

    @extend_schema(
        operation_id="list_teaching_applications",
        summary="List applications to teach",
        description="Those in the caller's courses (`side=creator`, the default), or own ones.",
        parameters=[shapes.SideQuery],
        responses={200: shapes.ApplicationList, 400: answers.BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page, oldest first."""
        side = self.query(shapes.SideQuery).get("side", "creator")
        find = applications_by if side == "own" else applications_for
        return self.listed(find(request.user), shapes.ApplicationAnswer)


class ApplicationDecision(Endpoint):
    """One application for the caller to decide on."""

    @extend_schema(
        operation_id="decide_teaching_application",
        summary="Approve or decline an application",
        description="By the course's creator or an admin. Approving certifies at once; declining "
        "needs a reason. Safe to repeat with the same answer.",
        request=shapes.DecisionInput,
        responses={
            200: shapes.ApplicationAnswer,
            400: answers.BAD,
            403: answers.FORBIDDEN,
            404: answers.MISSING,
            409: answers.CLASH,
        },
    )
    def patch(self, request: MemberApiRequest, application_id: str) -> Response:
        """Approve or decline the application."""
        row = decided_application(request.user, application_id)
        given = self.body(shapes.DecisionInput)
        decide_application(
            application=row,
            approve=given["status"] == row.Status.APPROVED,
            reason=given["reason"],
            by=request.user,
            at=clock.now(),
        )
        return Response(shapes.ApplicationAnswer(row).data)
