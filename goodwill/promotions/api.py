"""API endpoint of promotions."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.incoming.idempotency import idempotent
from accounts.requests import MemberApiRequest
from community.feeds.access import own_post
from goodwill.promotions import serializers as shapes
from goodwill.promotions.actions.promoting import promote
from peerloop.kit import clock
from peerloop.kit.api import Endpoint


class Promotions(Endpoint):
    """The main feed, for a post of the caller's."""

    @extend_schema(
        operation_id="promote_post",
        summary="Promote your post to the main feed",
        description="For a post of yours in the feed of a course: 50 points a day, 50 to 350. "
        "Everybody reads it meanwhile; its answers stay with the people of the course. Points are "
        "not given back when it is removed.",
        request=shapes.PromotionInput,
        responses={
            201: shapes.PromotionAnswer,
            400: OpenApiResponse(description="Other points than 50 to 350 in steps of 50."),
            403: OpenApiResponse(
                description="Somebody else's post, unverified, banned from posting, or the feed "
                "is closed."
            ),
            404: OpenApiResponse(description="Not there, removed, or closed to the caller."),
            409: OpenApiResponse(
                description="`not_promotable`, `already_promoted`, `promotions_full` (three at a "
                "time), `not_enough_points` with `balance`, or `post_gone`."
            ),
        },
    )
    @idempotent
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Pay for it."""
        row = own_post(request.user, post_id)
        given = self.body(shapes.PromotionInput)
        found = promote(post=row, points=given["points_to_spend"], by=request.user, at=clock.now())
        return Response(shapes.PromotionAnswer({"promotion": found}).data, status=201)
