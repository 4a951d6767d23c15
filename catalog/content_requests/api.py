"""API endpoints of requests for courses: read, ask, vote (rule REQ-1)."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import MemberApiRequest
from catalog.content_requests import serializers as shapes
from catalog.content_requests.actions import request_course, vote
from catalog.content_requests.queries import decided_requests, one_request, wanted_requests
from catalog.models import ContentRequestStatus
from peerloop.kit import clock
from peerloop.kit.answers import BAD, CLASH, FORBIDDEN, LIMIT, MISSING
from peerloop.kit.api import Endpoint, identifier
from peerloop.kit.paging import ListEndpoint


class ContentRequests(ListEndpoint):
    """Courses that members miss."""

    permission_classes = [IsAuthenticatedOrReadOnly]
    list_name = "requests"

    @extend_schema(
        operation_id="list_content_requests",
        summary="Courses that members miss",
        parameters=[shapes.ContentRequestQuery],
        responses={200: shapes.ContentRequestList, 400: BAD},
    )
    def get(self, request: Request) -> Response:
        """One page."""
        show = self.query(shapes.ContentRequestQuery).get("show", shapes.WANTED)
        viewer = request.user if isinstance(request.user, User) else None
        is_decided = show in ContentRequestStatus.values
        rows = decided_requests(show) if is_decided else wanted_requests(viewer)
        return self.listed(rows, shapes.ContentRequestAnswer)

    @extend_schema(
        operation_id="request_course",
        summary="Ask for a course",
        description="Three in 30 days. Your own vote is counted.",
        request=shapes.ContentRequestInput,
        responses={
            201: shapes.ContentRequestAnswer,
            400: BAD,
            403: FORBIDDEN,
            409: CLASH,
            422: LIMIT,
        },
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Ask."""
        given = self.body(shapes.ContentRequestInput)
        row = request_course(by=request.user, at=clock.now(), **given)
        return _answer(request, row.pk, 201)


class RequestVote(Endpoint):
    """The caller's vote for a request."""

    @extend_schema(
        operation_id="vote_for_content_request",
        summary="Vote for a request",
        description="One vote a member. Safe to repeat.",
        request=None,
        responses={200: shapes.ContentRequestAnswer, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def put(self, request: MemberApiRequest, request_id: str) -> Response:
        """Vote."""
        return self._vote(request, request_id, wanted=True)

    @extend_schema(
        operation_id="take_back_vote_for_content_request",
        summary="Take your vote back",
        description="Safe to repeat.",
        responses={200: shapes.ContentRequestAnswer, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def delete(self, request: MemberApiRequest, request_id: str) -> Response:
        """Take it back."""
        return self._vote(request, request_id, wanted=False)

    def _vote(self, request: MemberApiRequest, request_id: str, *, wanted: bool) -> Response:
        row = one_request(identifier(request_id), request.user)
        vote(request=row, wanted=wanted, by=request.user, at=clock.now())
        return _answer(request, row.pk)


def _answer(request: MemberApiRequest, key: UUID, status: int = 200) -> Response:
    """The request as it is now."""
    return Response(shapes.ContentRequestAnswer(one_request(key, request.user)).data, status=status)
