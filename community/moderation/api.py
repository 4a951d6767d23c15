"""API endpoints of reports."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from community.feeds.reportable import reach as post_in_reach
from community.moderation import serializers as shapes
from community.moderation.access import content_in_reach
from community.moderation.actions import flag_content
from community.moderation.limits import count_flag
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.reportable import Content

MISSING = OpenApiResponse(description="Not there, or out of the caller's reach.")
CLASH = OpenApiResponse(description="The caller's own, or reported by the caller before.")
WORDS = "A moderator looks at it; you are told the outcome. The third member's report hides it."


class PostFlags(Endpoint):
    """Reports of a post or reply."""

    @extend_schema(
        operation_id="flag_post",
        summary="Report a post or reply",
        description=WORDS,
        request=shapes.FlagInput,
        responses={201: shapes.FlagAnswer, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Report it."""
        content, given = post_in_reach(request.user, post_id), self.body(shapes.FlagInput)
        return _flagged(request, content, given)


class Flags(Endpoint):
    """Reports of any kind of content."""

    @extend_schema(
        operation_id="flag_content",
        summary="Report a post, reply, profile, message, review or review answer",
        description=WORDS,
        request=shapes.ReportInput,
        responses={201: shapes.FlagAnswer, 400: BAD, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Report it."""
        given = self.body(shapes.ReportInput)
        content = content_in_reach(request.user, given["target_type"], given["target_id"])
        return _flagged(request, content, given)


def _flagged(request: MemberApiRequest, content: Content, given: dict[str, Any]) -> Response:
    count_flag(request.user.pk)
    flag = flag_content(
        content=content,
        reason=given["reason"],
        details=given["details"],
        by=request.user,
        at=clock.now(),
    )
    return Response(shapes.FlagAnswer(flag).data, status=201)
