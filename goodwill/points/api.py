"""API endpoints of points."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.identity.access import require_verified
from accounts.members.access import visible_member
from accounts.models import User
from accounts.requests import MemberApiRequest
from community.models import Message
from goodwill.models import GoodwillTransaction, Reason
from goodwill.points import serializers as shapes
from goodwill.points.access import answer_to
from goodwill.points.actions.awards import (
    award_extra_help,
    award_message,
    award_reply,
    points_of,
)
from goodwill.points.limits import require_two
from goodwill.points.queries import history_of, sums_of
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import page_of
from peerloop.kit.refusals import Invalid

FORBIDDEN = OpenApiResponse(description="The caller's address is not verified.")
MISSING = OpenApiResponse(description="There is no such member or message for the caller.")
CLASH = OpenApiResponse(
    description="Given before, not enough points, nobody who may receive them, or a shared account."
)
LIMIT = OpenApiResponse(description="A limit of the day or week is reached.")
SOON = OpenApiResponse(description="Given to this person a little while ago.")


class Balance(Endpoint):
    """The caller's points."""

    @extend_schema(
        operation_id="get_goodwill_balance",
        summary="Your goodwill",
        responses={200: shapes.BalanceAnswer},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """Sums, tier and for what they were earned."""
        return Response(shapes.BalanceAnswer(sums_of(request.user)).data)


class Transactions(Endpoint):
    """The caller's movements."""

    @extend_schema(
        operation_id="list_goodwill_transactions",
        summary="How your points came and went",
        parameters=[shapes.HistoryQuery],
        responses={200: shapes.HistoryAnswer, 400: BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page, newest first."""
        page, asked = page_of(request.query_params), self.query(shapes.HistoryQuery)
        rows, total = history_of(request.user, page, type=asked.get("type", ""))
        answer = {"transactions": rows, "total": total, "page": page.page}
        return Response(shapes.HistoryAnswer(answer).data)


class Award(Endpoint):
    """Points for another member."""

    @extend_schema(
        operation_id="award_goodwill",
        summary="Give points for an answer that helped",
        description="5 points for an answer: first from your 15 free ones a day, then from your "
        "own. 30 for a make-up session of the last seven days, which cost you nothing. At most 3 "
        "answers a day to one person, 10 minutes apart.",
        request=shapes.AwardInput,
        responses={
            201: shapes.AwardAnswer,
            400: BAD,
            403: FORBIDDEN,
            404: MISSING,
            409: CLASH,
            422: LIMIT,
            429: SOON,
        },
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Give them."""
        given = self.body(shapes.AwardInput)
        require_verified(request.user)
        reason = Reason(given["reason"])
        if given["points"] != points_of(reason):
            raise Invalid.field("points", f"This is thanked with {points_of(reason)} points.")
        to = visible_member(request.user, given["to_user_id"])
        require_two(request.user, to)
        row = _award(request.user, to, reason, given.get("message_id"))
        answer = {"row": row, "balance": sums_of(request.user).balance}
        return Response(shapes.AwardAnswer(answer).data, status=201)


def _award(by: User, to: User, reason: Reason, message_id: UUID | None) -> GoodwillTransaction:
    at = clock.now()
    if reason == Reason.REMEDIAL_VOLUNTEER:
        return award_extra_help(to=to, by=by, at=at)
    answer = answer_to(by, to, message_id)
    if isinstance(answer, Message):
        return award_message(message=answer, by=by, at=at)
    return award_reply(reply=answer, by=by, at=at)
