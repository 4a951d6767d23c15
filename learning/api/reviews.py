"""API endpoints of reviews and of expectations."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.members.access import visible_member
from accounts.members.queries.profiles import sees_whole_profile
from accounts.models import User
from accounts.requests import MemberApiRequest
from catalog.access import listed_course
from learning import serializers_reviews as shapes
from learning.access import enrollment_in_common, own_enrollment
from learning.access_reviews import own_review, public_review, review_to_answer
from learning.actions.expectations import state_expectations
from learning.actions.reviews import answer_review, change_review, mark_helpful, write_review
from learning.models import Expectations
from learning.queries.reviews import (
    DEFAULT_SORT,
    course_reviews,
    left_to_review,
    own_reviews,
    reviews_of,
)
from peerloop.kit import answers, clock
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import ListEndpoint
from peerloop.kit.refusals import Missing


class CourseReviews(ListEndpoint):
    """The reviews of a course."""

    permission_classes = []
    list_name = "reviews"

    @extend_schema(
        operation_id="list_course_reviews",
        summary="List the reviews of a course",
        description="Public; without those that moderators hid or removed.",
        parameters=[shapes.ReviewQuery],
        responses={200: shapes.ReviewList, 400: answers.BAD, 404: answers.MISSING},
    )
    def get(self, request: Request, course_id: str) -> Response:
        """One page."""
        course = listed_course(course_id)
        sort = self.query(shapes.ReviewQuery).get("sort", DEFAULT_SORT)
        rows = course_reviews(course.pk, sort=sort, viewer=request.user)
        return self.listed(rows, shapes.ReviewAnswer)


class MemberReviews(ListEndpoint):
    """The reviews of a member's teaching and courses."""

    permission_classes = []
    list_name = "reviews"

    @extend_schema(
        operation_id="list_user_reviews",
        summary="List the reviews of a member's teaching and courses",
        description="Public; of a private member there is no such list.",
        parameters=[shapes.ReviewQuery],
        responses={200: shapes.ReviewList, 400: answers.BAD, 404: answers.MISSING},
    )
    def get(self, request: Request, user_id: str) -> Response:
        """One page."""
        viewer = request.user if isinstance(request.user, User) else None
        member = visible_member(viewer, user_id)
        if not sees_whole_profile(member, viewer):
            raise Missing
        sort = self.query(shapes.ReviewQuery).get("sort", DEFAULT_SORT)
        return self.listed(
            reviews_of(member.pk, sort=sort, viewer=request.user), shapes.ReviewAnswer
        )


class EnrollmentReviews(Endpoint):
    """What a student says about an enrollment."""

    @extend_schema(
        operation_id="get_enrollment_reviews",
        summary="Get your reviews of an enrollment",
        description="What you wrote, and what is left to review.",
        responses={200: shapes.OwnReviews, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """Two at most."""
        enrollment = own_enrollment(request.user, enrollment_id)
        rows = list(own_reviews(enrollment).values())
        answer = {"reviews": rows, "left": left_to_review(enrollment)}
        return Response(shapes.OwnReviews(answer).data)

    @extend_schema(
        operation_id="review_enrollment",
        summary="Review the teacher or the course",
        description="Once each, when the course is completed. Public.",
        request=shapes.ReviewInput,
        responses={
            201: shapes.ReviewAnswer,
            400: answers.BAD,
            403: answers.FORBIDDEN,
            404: answers.MISSING,
            409: answers.CLASH,
        },
    )
    def post(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """Publish it."""
        enrollment = own_enrollment(request.user, enrollment_id)
        given = self.body(shapes.ReviewInput)
        review = write_review(enrollment=enrollment, by=request.user, at=clock.now(), **given)
        return Response(shapes.ReviewAnswer(review).data, status=201)


class OneReview(Endpoint):
    """One review."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(
        operation_id="get_review",
        summary="Get a review",
        responses={200: shapes.ReviewAnswer, 404: answers.MISSING},
    )
    def get(self, request: Request, review_id: str) -> Response:
        """A public one."""
        return Response(shapes.ReviewAnswer(public_review(request.user, review_id)).data)

    @extend_schema(
        operation_id="change_review",
        summary="Change your review",
        description="For 14 days. It says what is given here, and nothing else.",
        request=shapes.ReviewChanges,
        responses={
            200: shapes.ReviewAnswer,
            400: answers.BAD,
            403: answers.FORBIDDEN,
            404: answers.MISSING,
            409: answers.CLASH,
        },
    )
    def put(self, request: MemberApiRequest, review_id: str) -> Response:
        """Put these words in its place."""
        row = own_review(request.user, review_id)
        given = self.body(shapes.ReviewChanges)
        row = change_review(review=row, by=request.user, at=clock.now(), **given)
        return Response(shapes.ReviewAnswer(row).data)


class ReviewReply(Endpoint):
    """The answer to a review."""

    @extend_schema(
        operation_id="answer_review",
        summary="Answer a review",
        description="Once, by the teacher, or by the creator of the course. Public.",
        request=shapes.ReviewAnswerInput,
        responses={
            200: shapes.ReviewAnswer,
            400: answers.BAD,
            403: answers.FORBIDDEN,
            404: answers.MISSING,
            409: answers.CLASH,
        },
    )
    def post(self, request: MemberApiRequest, review_id: str) -> Response:
        """Publish the answer."""
        row = review_to_answer(request.user, review_id)
        given = self.body(shapes.ReviewAnswerInput)
        row = answer_review(review=row, by=request.user, at=clock.now(), **given)
        return Response(shapes.ReviewAnswer(row).data)


class ReviewHelpful(Endpoint):
    """Whether a review helped the caller."""

    @extend_schema(
        operation_id="mark_review_helpful",
        summary="Say that a review helped you",
        description="Safe to repeat.",
        request=None,
        responses={200: shapes.HelpfulAnswer, 403: answers.FORBIDDEN, 404: answers.MISSING},
    )
    def post(self, request: MemberApiRequest, review_id: str) -> Response:
        """Count the caller."""
        return self._mark(request, review_id, is_helpful=True)

    @extend_schema(
        operation_id="unmark_review_helpful",
        summary="Take back that a review helped you",
        description="Safe to repeat.",
        responses={200: shapes.HelpfulAnswer, 403: answers.FORBIDDEN, 404: answers.MISSING},
    )
    def delete(self, request: MemberApiRequest, review_id: str) -> Response:
        """Do not count the caller."""
        return self._mark(request, review_id, is_helpful=False)

    def _mark(self, request: MemberApiRequest, review_id: str, *, is_helpful: bool) -> Response:
        row = public_review(request.user, review_id)
        count = mark_helpful(review=row, by=request.user, is_helpful=is_helpful, at=clock.now())
        return Response(shapes.HelpfulAnswer({"helpful_count": count}).data)


class EnrollmentExpectations(Endpoint):
    """What the student of an enrollment expects."""

    @extend_schema(
        operation_id="get_expectations",
        summary="Get what the student expects",
        description="For the student, the teacher, the creator of the course and admins.",
        responses={200: shapes.ExpectationsAnswer, 404: answers.MISSING},
    )
    def get(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """Empty while nothing is said."""
        enrollment = enrollment_in_common(request.user, enrollment_id)
        kept = Expectations.objects.filter(enrollment=enrollment).first()
        # Nothing was said yet, so at no time.
        kept = kept or Expectations(updated_at=None)  # type: ignore[misc]
        return Response(shapes.ExpectationsAnswer(kept).data)

    @extend_schema(
        operation_id="state_expectations",
        summary="Say what you expect",
        description="In place of what stood there, while the course goes on.",
        request=shapes.ExpectationsInput,
        responses={
            200: shapes.ExpectationsAnswer,
            400: answers.BAD,
            403: answers.FORBIDDEN,
            404: answers.MISSING,
        },
    )
    def put(self, request: MemberApiRequest, enrollment_id: str) -> Response:
        """Keep it."""
        enrollment = own_enrollment(request.user, enrollment_id)
        given = self.body(shapes.ExpectationsInput)
        kept = state_expectations(enrollment=enrollment, by=request.user, at=clock.now(), **given)
        return Response(shapes.ExpectationsAnswer(kept).data)
