"""API endpoints of what members keep out of their own feed."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.members.serializers import PersonAnswer
from accounts.requests import MemberApiRequest
from community.feeds.access import visible_post
from community.feeds.actions.muting import hide_post, mute, show_post, unmute
from community.feeds.muted import asked_mute, mutes_of, own_mute, what_of
from community.feeds.serializers import CourseOfPost
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Id, Input
from peerloop.kit.paging import PageQuery, page_of

CLOSED = OpenApiResponse(description="The feed is not open to the caller anyway.")
MISSING = OpenApiResponse(description="Not there, or not the caller's.")
FULL = OpenApiResponse(description="The caller mutes as many as a member can.")


class MuteInput(Input):
    """Exactly one of the three: a member, the feed of a course, or that of a creator."""

    member_id = Id(required=False)
    course_id = Id(required=False)
    creator_id = Id(required=False)


class MuteAnswer(serializers.Serializer[Any]):
    """What is muted; one of the three."""

    id = serializers.UUIDField()
    member = PersonAnswer(allow_null=True)
    course = CourseOfPost(allow_null=True)
    creator = PersonAnswer(allow_null=True)
    created_at = serializers.DateTimeField()


class MutesAnswer(serializers.Serializer[Any]):
    """A page of them."""

    mutes = MuteAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class FeedMutes(Endpoint):
    """Members and feeds that the caller keeps out of their own feed."""

    @extend_schema(
        operation_id="list_feed_mutes",
        summary="Whom and what you muted",
        description="Only you see it. The last first.",
        parameters=[PageQuery],
        responses={200: MutesAnswer, 400: BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        page = page_of(request.query_params)
        found = mutes_of(request.user, page)
        answer = {"mutes": found.rows, "total": found.total, "page": page.page}
        return Response(MutesAnswer(answer).data)

    @extend_schema(
        operation_id="add_feed_mute",
        summary="Mute a member or a feed",
        description="Their posts stay where they are, and out of your own feed. Safe to repeat.",
        request=MuteInput,
        responses={204: None, 400: BAD, 403: CLOSED, 409: FULL},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Mute it."""
        what = asked_mute(request.user, self.body(MuteInput))
        mute(what=what, by=request.user, at=clock.now())
        return Response(status=204)


class OneFeedMute(Endpoint):
    """One of them."""

    @extend_schema(
        operation_id="remove_feed_mute",
        summary="Unmute a member or a feed",
        responses={204: None, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, mute_id: str) -> Response:
        """End it."""
        unmute(what=what_of(own_mute(request.user, mute_id)), by=request.user)
        return Response(status=204)


class HiddenPosts(Endpoint):
    """A post that the caller keeps out of their own feed."""

    @extend_schema(
        operation_id="hide_post",
        summary="Hide a post from your own feed",
        description="Nobody else learns of it. Safe to repeat.",
        request=None,
        responses={204: None, 404: MISSING},
    )
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Hide it."""
        post = visible_post(request.user, post_id)
        hide_post(post=post, by=request.user, at=clock.now())
        return Response(status=204)

    @extend_schema(
        operation_id="unhide_post",
        summary="Show a hidden post in your own feed again",
        description="Safe to repeat.",
        responses={204: None, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, post_id: str) -> Response:
        """Show it."""
        show_post(post=visible_post(request.user, post_id), by=request.user)
        return Response(status=204)
