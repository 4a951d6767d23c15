"""API endpoints of homework, for students and reviewers."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.files.links import file_link
from accounts.requests import MemberApiRequest
from learning import serializers_homework as shapes
from learning.access import (
    assignment_of,
    own_enrollment,
    submission_to_read,
    submission_to_review,
)
from learning.actions import review_homework, submit_homework
from learning.queries import homework_of, homework_to_review, versions_of
from peerloop.kit import answers, clock
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import ListEndpoint
from peerloop.kit.refusals import Forbidden, Missing

READ = {403: answers.FORBIDDEN, 404: answers.MISSING}
WRITE = {400: answers.BAD, **READ, 409: answers.CLASH}


class EnrollmentHomework(Endpoint):
    """The homework of one enrollment."""

    @extend_schema(
        operation_id="list_enrollment_homework",
        summary="List the homework of an enrollment",
        description="The student's own, in the order of the course, each with its newest version.",
        responses={200: shapes.HomeworkList, **READ},
    )
    def get(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """All of it: a course has at most 100."""
        enrollment = own_enrollment(request.user, enrollment_id)
        if not enrollment.opens_content:
            raise Forbidden("This enrollment was cancelled. Its content is closed.")
        items = homework_of(enrollment, at=clock.now())
        return Response(shapes.HomeworkList({"homework": items}).data)


class Submissions(Endpoint):
    """What a student handed in for one piece of homework."""

    @extend_schema(
        operation_id="list_homework_versions",
        summary="List what was handed in",
        responses={200: shapes.VersionList, **READ},
    )
    def get(self, request: MemberApiRequest, enrollment_id: str, assignment_id: str) -> Response:
        """All versions, the newest first: there are at most 50."""
        enrollment = own_enrollment(request.user, enrollment_id)
        row = assignment_of(enrollment, assignment_id)
        answer = {"assignment": row, "submissions": versions_of(enrollment, row)}
        return Response(shapes.VersionList(answer).data)

    @extend_schema(
        operation_id="submit_homework",
        summary="Hand homework in",
        description="A new version each time, while it was not approved (else 409 "
        "`wrong_moment`). A text or a public link is needed, or the file of the last version. The "
        "same again changes nothing.",
        request=shapes.SubmissionInput,
        responses={200: shapes.SubmissionAnswer, **WRITE, 422: answers.LIMIT},
    )
    def post(self, request: MemberApiRequest, enrollment_id: str, assignment_id: str) -> Response:
        """Hand it in."""
        enrollment = own_enrollment(request.user, enrollment_id)
        row = assignment_of(enrollment, assignment_id)
        given = self.body(shapes.SubmissionInput)
        submission = submit_homework(
            assignment=row, enrollment=enrollment, by=request.user, at=clock.now(), **given
        )
        return Response(shapes.SubmissionAnswer(submission).data)


class WaitingHomework(ListEndpoint):
    """Homework that waits for the caller."""

    list_name = "homework"

    @extend_schema(
        operation_id="list_homework_to_review",
        summary="List homework to review",
        description="What waits for the caller, the oldest first: as the assigned teacher, or as "
        "the creator where no teacher is assigned. `side=creator`: all in the caller's courses.",
        parameters=[shapes.WaitingQuery],
        responses={200: shapes.ReviewedList, 400: answers.BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        side = self.query(shapes.WaitingQuery).get("side")
        found = homework_to_review(request.user, all_of_mine=side == "creator")
        return self.listed(found, shapes.ReviewedAnswer)


class Submission(Endpoint):
    """One submission."""

    @extend_schema(
        operation_id="get_homework",
        summary="Get a submission",
        description="For its student, the assigned teacher, the course's creator and admins.",
        responses={200: shapes.ReviewedAnswer, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, submission_id: str) -> Response:
        """The submission with its homework."""
        row = submission_to_read(request.user, submission_id)
        return Response(shapes.ReviewedAnswer(row).data)

    @extend_schema(
        operation_id="review_homework",
        summary="Answer a submission",
        description="`approved`, or `resubmit_requested` with feedback; points only where the "
        "homework has them. 409 `reviewed_meanwhile` if somebody else answered, or if there is a "
        "newer version. Safe to repeat.",
        request=shapes.ReviewInput,
        responses={200: shapes.ReviewedAnswer, **WRITE},
    )
    def patch(self, request: MemberApiRequest, submission_id: str) -> Response:
        """Approve it, or ask for it again."""
        row = submission_to_review(request.user, submission_id)
        given = self.body(shapes.ReviewInput)
        row = review_homework(submission=row, by=request.user, at=clock.now(), **given)
        return Response(shapes.ReviewedAnswer(submission_to_review(request.user, row.pk)).data)


class SubmissionFile(Endpoint):
    """The file of a submission."""

    @extend_schema(
        operation_id="get_homework_file",
        summary="Get the address of a submission's file",
        description="For those who may read the submission; 404 without a file.",
        responses={200: shapes.FileLink, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, submission_id: str) -> Response:
        """An address for the caller alone."""
        row = submission_to_read(request.user, submission_id)
        if row.file is None or not row.file.is_live:
            raise Missing
        path = file_link(row.file, member=request.user, at=clock.now())
        return Response(shapes.FileLink({"url": settings.BASE_URL + path}).data)
