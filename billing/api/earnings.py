"""What a member earned, and asking for it: /earnings, /payouts, /payouts/request."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.incoming.idempotency import idempotent
from billing import access
from billing.actions.payouts import cancel_payout, request_payout
from billing.api.parameters import IDEMPOTENCY_KEY
from billing.queries import earned_rows, earnings_of, payouts_of
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Input, Whole
from peerloop.kit.paging import ListEndpoint, PageQuery

RECENT = 20
LARGEST_CENTS = 2**31 - 1


class EarnedRow(serializers.Serializer[Any]):
    """A delivered share of a payment."""

    id = serializers.UUIDField()
    amount_cents = serializers.IntegerField()
    status = serializers.CharField()
    course_title = serializers.CharField(source="transaction.course.title")
    date = serializers.DateTimeField(source="delivered_at")
    share = serializers.CharField()


class EarningsOut(serializers.Serializer[Any]):
    """Cents by place. Pending: available, held, frozen and in a payout together."""

    pending_balance_cents = serializers.IntegerField(source="figures.pending_balance_cents")
    total_earned_cents = serializers.IntegerField(source="figures.total_earned_cents")
    available_cents = serializers.IntegerField(
        source="figures.available_cents",
        help_text="Can be asked for now; negative while more has to come back than was earned.",
    )
    held_cents = serializers.IntegerField(source="figures.held_cents")
    frozen_cents = serializers.IntegerField(source="figures.frozen_cents")
    in_payout_cents = serializers.IntegerField(source="figures.queued_cents")
    paid_cents = serializers.IntegerField(source="figures.paid_cents")
    upcoming_cents = serializers.IntegerField(source="figures.upcoming_cents")
    recent_transactions = EarnedRow(many=True)


class PayoutOut(serializers.Serializer[Any]):
    """A payout of the member's own."""

    id = serializers.UUIDField()
    amount_cents = serializers.IntegerField()
    status = serializers.CharField()
    transfer_id = serializers.CharField(source="stripe_transfer_id", allow_null=True)
    created_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)


class PayoutsOut(serializers.Serializer[Any]):
    """A page of payouts."""

    payouts = PayoutOut(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class PayoutRequestIn(Input):
    """How much, in cents; only the cents that are available can be asked for."""

    refuse_unknown = True
    amount_cents = Whole(min_value=1, max_value=LARGEST_CENTS)


class PayoutRequestOut(serializers.Serializer[Any]):
    """The payout that was opened; ``transfer_id`` stays null until an admin processes it."""

    payout_id = serializers.UUIDField(source="id")
    transfer_id = serializers.CharField(source="stripe_transfer_id", allow_null=True)
    amount_cents = serializers.IntegerField()
    status = serializers.CharField()


class EarningsEndpoint(Endpoint):
    """GET /earnings."""

    @extend_schema(operation_id="earnings", responses=EarningsOut, tags=["pay"])
    def get(self, request: Request) -> Response:
        """Balances and the latest shares of the member (rule OUT-1)."""
        user = access.earning(request.user)
        answer = {
            "figures": earnings_of(user),
            "recent_transactions": earned_rows(user)[:RECENT],
        }
        return Response(EarningsOut(answer).data)


class PayoutsEndpoint(ListEndpoint):
    """GET /payouts."""

    list_name = "payouts"

    @extend_schema(
        operation_id="payouts",
        responses=PayoutsOut,
        parameters=[PageQuery],
        tags=["pay"],
    )
    def get(self, request: Request) -> Response:
        """The member's payouts, newest first."""
        rows = self.paginate_queryset(payouts_of(access.earning(request.user)))
        return self.get_paginated_response(PayoutOut(rows, many=True).data)


class PayoutRequestEndpoint(Endpoint):
    """POST /payouts/request."""

    @extend_schema(
        operation_id="payouts_request",
        request=PayoutRequestIn,
        responses={201: PayoutRequestOut},
        parameters=[IDEMPOTENCY_KEY],
        tags=["pay"],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for earnings to be sent: whole shares, oldest first, up to the amount (OUT-2, 3)."""
        user = access.earning(request.user)
        asked = self.body(PayoutRequestIn)
        payout = request_payout(recipient=user, amount_cents=asked["amount_cents"], at=clock.now())
        return Response(PayoutRequestOut(payout).data, status=201)


ON_ITS_WAY = OpenApiResponse(description="It is being sent, or was.")


class OwnPayoutEndpoint(Endpoint):
    """DELETE /payouts/:id."""

    @extend_schema(
        operation_id="payouts_cancel", responses={204: None, 409: ON_ITS_WAY}, tags=["pay"]
    )
    def delete(self, request: Request, payout_id: str) -> Response:
        """Take back a payout that was not sent yet (rule OUT-4). Safe to repeat."""
        user = access.member(request.user)
        payout = access.own_payout(user, payout_id)
        cancel_payout(payout_id=payout.pk, by=user, at=clock.now())
        return Response(status=204)
