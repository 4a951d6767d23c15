"""Money acts of admins: pending payouts, processing one, processing all."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.incoming.idempotency import idempotent
from accounts.members.queries.profiles import member_summary
from billing import access
from billing.actions.payout_processing import process_all, process_payout
from billing.api.earnings import PayoutOut, payout_out
from billing.api.parameters import IDEMPOTENCY_KEY, PAGING
from billing.queries import pending_payouts, pending_recipients
from peerloop.kit import clock
from peerloop.kit.api import Endpoint, Input, identifier
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import page_of


class Person(serializers.Serializer[Any]):
    """A member in short."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)


class PendingPayout(serializers.Serializer[Any]):
    """A payout that waits for an admin."""

    id = serializers.UUIDField()
    amount_cents = serializers.IntegerField()
    status = serializers.CharField()
    recipient = Person()
    rows = serializers.IntegerField()
    account_ready = serializers.BooleanField()
    oldest_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class PendingBalance(serializers.Serializer[Any]):
    """Releasable money that nobody asked for yet."""

    recipient = Person()
    amount_cents = serializers.IntegerField()
    rows = serializers.IntegerField()
    account_ready = serializers.BooleanField()
    oldest_at = serializers.DateTimeField()


class PendingPayoutsOut(serializers.Serializer[Any]):
    """What waits, and what could be asked for."""

    payouts = PendingPayout(many=True)
    balances = PendingBalance(many=True)
    total = serializers.IntegerField()


class BatchRow(serializers.Serializer[Any]):
    """What became of one payout."""

    payout_id = serializers.UUIDField(allow_null=True)
    recipient = serializers.CharField()
    amount_cents = serializers.IntegerField()
    status = serializers.CharField()
    error = serializers.CharField(allow_blank=True)


class BatchOut(serializers.Serializer[Any]):
    """What became of each payout."""

    results = BatchRow(many=True)
    paid = serializers.IntegerField()
    failed = serializers.IntegerField()


class Empty(Input):
    """No fields."""

    refuse_unknown = True


class PendingPayoutsEndpoint(Endpoint):
    """GET /admin/pending-payouts."""

    @extend_schema(
        operation_id="admin_pending_payouts",
        responses=PendingPayoutsOut,
        parameters=PAGING,
        tags=["admin"],
    )
    def get(self, request: Request) -> Response:
        """A page of the payouts that wait, and of the balances, oldest first (rule OUT-8)."""
        access.admin(request.user)
        page = page_of(request.query_params)
        waiting = pending_payouts()
        payouts = waiting[page.start : page.stop]
        balances = pending_recipients(page)
        return Response(
            {
                "payouts": [
                    {
                        "id": payout.pk,
                        "amount_cents": payout.amount_cents,
                        "status": payout.status,
                        "recipient": member_summary(payout.recipient),
                        "rows": payout.row_count,  # type: ignore[attr-defined]
                        "account_ready": payout.recipient.stripe_payouts_enabled,
                        "oldest_at": payout.oldest_at,  # type: ignore[attr-defined]
                        "created_at": payout.created_at,
                    }
                    for payout in payouts
                ],
                "balances": [
                    {
                        "recipient": member_summary(row.recipient),
                        "amount_cents": row.amount_cents,
                        "rows": row.rows,
                        "account_ready": row.is_ready,
                        "oldest_at": row.oldest_at,
                    }
                    for row in balances
                ],
                "total": count_up_to(waiting),
            }
        )


class ProcessPayoutEndpoint(Endpoint):
    """POST /admin/payouts/:id/process."""

    @extend_schema(
        operation_id="admin_payouts_process",
        request=Empty,
        responses=PayoutOut,
        parameters=[IDEMPOTENCY_KEY],
        tags=["admin"],
    )
    @idempotent
    def post(self, request: Request, payout_id: str) -> Response:
        """Send one payout; exactly one transfer, however often this is repeated (rule OUT-6)."""
        admin = access.admin(request.user)
        self.body(Empty)
        payout = process_payout(payout_id=identifier(payout_id), by=admin, at=clock.now())
        return Response(payout_out(payout))


class BatchEndpoint(Endpoint):
    """POST /admin/payouts/batch."""

    @extend_schema(
        operation_id="admin_payouts_batch",
        request=Empty,
        responses=BatchOut,
        parameters=[IDEMPOTENCY_KEY],
        tags=["admin"],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Pay everybody who is owed the minimum and can be paid; one failure stops nothing (OUT-7).

        Payouts that wait, and new ones for those who did not ask; each has its line in the answer.
        """
        admin = access.admin(request.user)
        self.body(Empty)
        outcomes = process_all(by=admin, at=clock.now())
        rows = [
            {
                "payout_id": outcome.payout_id,
                "recipient": outcome.recipient,
                "amount_cents": outcome.amount_cents,
                "status": outcome.status,
                "error": outcome.error,
            }
            for outcome in outcomes
        ]
        paid = sum(outcome.status == "paid" for outcome in outcomes)
        return Response({"results": rows, "paid": paid, "failed": len(rows) - paid})
