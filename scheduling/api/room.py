"""The room over the API: joining, rating, completing by hand."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.identity.sign_ins import api_sign_in
from accounts.requests import MemberApiRequest
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Id, Input, Text, Whole
from scheduling import access
from scheduling.actions.assessment import MAX_COMMENT_LENGTH, rate_session
from scheduling.actions.completion import complete_by_hand
from scheduling.actions.joining import join_session

MISSING = OpenApiResponse(description="Not there, or nothing of the caller's.")
NOT_OPEN = OpenApiResponse(
    description="Outside the join window: `not_joinable`, with `joinable_at`."
)
CLASH = OpenApiResponse(description="Right in itself, but not in the session's present state.")
DOWN = OpenApiResponse(description="The video server does not answer; nothing changed.")
JOIN_ERRORS = {403: NOT_OPEN, 404: MISSING, 409: CLASH, 503: DOWN}


class JoinOut(serializers.Serializer[Any]):
    """Where the caller enters the room, in a browser or an app's web view, without signing in.

    For them alone: our own room's address works once and for two minutes.
    """

    join_url = serializers.CharField()


class TokenIn(Input):
    """Which session's room."""

    session_id = Id()


class TokenOut(serializers.Serializer[Any]):
    """How the caller enters the room, with token and room by themselves."""

    join_url = serializers.CharField()
    token = serializers.CharField()
    room_id = serializers.CharField()


class AssessmentIn(Input):
    """One side's rating, 1 to 5; only a student gives the last three."""

    rating = Whole(min_value=1, max_value=5)
    comment = Text(required=False, allow_blank=True, max_length=MAX_COMMENT_LENGTH, default="")
    teaching = Whole(min_value=1, max_value=5, required=False, allow_null=True, default=None)
    interaction = Whole(min_value=1, max_value=5, required=False, allow_null=True, default=None)
    materials = Whole(min_value=1, max_value=5, required=False, allow_null=True, default=None)


class AssessmentShape(serializers.Serializer[Any]):
    """An assessment."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    rating = serializers.IntegerField()
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()


class AssessmentOut(serializers.Serializer[Any]):
    """The stored assessment."""

    assessment = AssessmentShape()


class CompletedShape(serializers.Serializer[Any]):
    """A session that was held."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    completion_source = serializers.CharField()


class CompletionOut(serializers.Serializer[Any]):
    """The session after completing it."""

    session = CompletedShape()


class Join(Endpoint):
    """The room of a session."""

    @extend_schema(
        operation_id="join_session",
        summary="Join a session",
        description="From 15 minutes before the start to the scheduled end, for its two people. "
        "The first join makes the room and starts the session. Every call gives a new address that "
        "opens the room for the caller without signing in: with our own room once, within two "
        "minutes, and for as long as the sign-in of the token lasts.",
        request=None,
        responses={200: JoinOut, **JOIN_ERRORS},
    )
    def post(self, request: MemberApiRequest, session_id: str) -> Response:
        """The address of the room."""
        session = access.session_of(request.user, session_id)
        ticket = join_session(
            session=session, by=request.user, sign_in=api_sign_in(request), at=clock.now()
        )
        return Response(JoinOut(ticket).data)


class VideoToken(Endpoint):
    """Joining, with an answer that also names the token."""

    @extend_schema(
        operation_id="create_video_token",
        summary="Get a token for a session's room",
        description="As joining the session; the answer also names token and room.",
        request=TokenIn,
        responses={200: TokenOut, 400: BAD, **JOIN_ERRORS},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Address, token and room."""
        session = access.session_of(request.user, self.body(TokenIn)["session_id"])
        ticket = join_session(
            session=session, by=request.user, sign_in=api_sign_in(request), at=clock.now()
        )
        return Response(TokenOut(ticket).data)


class Assessment(Endpoint):
    """What a participant thought of a session."""

    @extend_schema(
        operation_id="assess_session",
        summary="Rate a session",
        description="Once for each side, within 30 days after a completed session. It feeds no "
        "public figure; the other side sees it after giving its own, or after 7 days.",
        request=AssessmentIn,
        responses={201: AssessmentOut, 400: BAD, 403: CLASH, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, session_id: str) -> Response:
        """Store the assessment."""
        session = access.session_of(request.user, session_id)
        given = self.body(AssessmentIn)
        row = rate_session(session=session, by=request.user, at=clock.now(), **given)
        return Response(AssessmentOut({"assessment": row}).data, status=201)


class Completion(Endpoint):
    """Completing a session by hand."""

    @extend_schema(
        operation_id="complete_session",
        summary="Complete a session by hand",
        description="The teacher and the course's creator after the scheduled end, an admin at any "
        "time; never the student. Repeating it changes nothing.",
        request=None,
        responses={200: CompletionOut, 403: CLASH, 404: MISSING, 409: CLASH, 422: CLASH},
    )
    def post(self, request: MemberApiRequest, session_id: str) -> Response:
        """The completed session."""
        session = access.watched_session(request.user, session_id)
        session = complete_by_hand(session=session, by=request.user, at=clock.now())
        return Response(CompletionOut({"session": session}).data)
