"""API endpoints of questions: ask a creator, read, answer, ask on (rule CAT-11)."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import MemberApiRequest
from catalog.access import listed_course
from catalog.inquiries import serializers as shapes
from catalog.inquiries.access import inquiry_of_member, received_inquiry, require_creator
from catalog.inquiries.actions import ask_creator, put_away, write_to
from catalog.inquiries.limits import count_question
from catalog.inquiries.queries import asked_inquiries, done_inquiries, waiting_inquiries
from catalog.models import Inquiry
from peerloop.kit import clock
from peerloop.kit.answers import BAD, CLASH, FORBIDDEN, MISSING, TOO_MANY
from peerloop.kit.api import Endpoint, identifier
from peerloop.kit.paging import ListEndpoint


class CourseInquiries(Endpoint):
    """Questions about a course."""

    permission_classes = []

    @extend_schema(
        operation_id="ask_creator",
        summary="Ask the creator of a course",
        description="Needs no account: then with `name` and `email`, where the answer goes. Three "
        "questions an hour. The same question again within an hour is the first one.",
        request=shapes.InquiryInput,
        responses={
            201: shapes.InquiryAsked,
            400: BAD,
            403: FORBIDDEN,
            404: MISSING,
            409: CLASH,
            429: TOO_MANY,
        },
    )
    def post(self, request: Request, course_id: str) -> Response:
        """Send it."""
        course = listed_course(course_id)
        given = self.body(shapes.InquiryInput)
        by = request.user if isinstance(request.user, User) else None
        count_question(request, given.get("email", ""))
        row = ask_creator(course=course, by=by, at=clock.now(), **given)
        return Response(shapes.InquiryAsked(row).data, status=201)


class Inquiries(ListEndpoint):
    """Questions to the caller, or theirs."""

    list_name = "inquiries"

    @extend_schema(
        operation_id="list_inquiries",
        summary="Questions to you as a creator, or your own",
        parameters=[shapes.InquiryQuery],
        responses={200: shapes.InquiryList, 400: BAD, 403: FORBIDDEN},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        asked = self.query(shapes.InquiryQuery)
        if asked.get("side") == shapes.ASKED:
            return self.listed(asked_inquiries(request.user), shapes.InquiryRow)
        require_creator(request.user)
        rows = done_inquiries if asked.get("show") == "done" else waiting_inquiries
        return self.listed(rows(request.user), shapes.InquiryRow)


class OneInquiry(Endpoint):
    """One question, for its creator and for the member who asked."""

    @extend_schema(
        operation_id="get_inquiry",
        summary="A question with its answers",
        responses={200: shapes.InquiryAnswer, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, inquiry_id: str) -> Response:
        """All that was written."""
        row, _ = inquiry_of_member(request.user, identifier(inquiry_id))
        return _answer(row)

    @extend_schema(
        operation_id="put_inquiry_away",
        summary="Close a question, mark it as spam, or open it again",
        description="By its creator; nobody is told. Safe to repeat.",
        request=shapes.InquiryStatusInput,
        responses={200: shapes.InquiryAnswer, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def patch(self, request: MemberApiRequest, inquiry_id: str) -> Response:
        """Change its status."""
        row = received_inquiry(request.user, identifier(inquiry_id))
        status = self.body(shapes.InquiryStatusInput)["status"]
        return _answer(put_away(inquiry=row, status=status, by=request.user, at=clock.now()))


class InquiryMessages(Endpoint):
    """What is written to a question."""

    @extend_schema(
        operation_id="write_to_inquiry",
        summary="Answer a question, or ask on",
        description="The other side is told. The same last word again changes nothing.",
        request=shapes.InquiryMessageInput,
        responses={201: shapes.InquiryAnswer, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, inquiry_id: str) -> Response:
        """Send it."""
        row, side = inquiry_of_member(request.user, identifier(inquiry_id))
        text = self.body(shapes.InquiryMessageInput)["text"]
        return _answer(write_to(inquiry=row, side=side, text=text, at=clock.now()), 201)


def _answer(row: Inquiry, status: int = 200) -> Response:
    return Response(shapes.InquiryAnswer(shapes.with_messages(row)).data, status=status)
