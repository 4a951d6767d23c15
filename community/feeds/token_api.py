"""API endpoint of tokens for the feed provider."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from community.feeds.serializers import FeedTokenAnswer, FeedTokenInput
from community.feeds.tokens import token_for
from peerloop.kit.api import Endpoint

BAD = OpenApiResponse(description="`requested_feeds` is not a list of texts.")


class StreamToken(Endpoint):
    """The caller's token for the feed provider."""

    @extend_schema(
        operation_id="create_stream_token",
        summary="A token for the feed provider",
        description="For a day. `allowed_feeds` holds the feeds asked for that are open to you, "
        "and those that all may read; without `requested_feeds`, all that are open. Activities "
        "name posts by their ids: read them with `GET /posts/{id}`, which asks for your access "
        "each time. Without Stream (`api_key` is `local`) read the feeds themselves here.",
        request=FeedTokenInput,
        responses={200: FeedTokenAnswer, 400: BAD},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Make one."""
        given = self.body(FeedTokenInput)
        answer = token_for(request.user, given.get("requested_feeds"))
        return Response(FeedTokenAnswer(answer).data)
