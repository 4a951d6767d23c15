"""Money acts of admins: pending payouts, processing one, processing all."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.log import because
from accounts.identity.admin_api import AdminEndpoint
from accounts.identity.serializers import FreshInput
from accounts.incoming.idempotency import idempotent
from accounts.members.serializers import PersonAnswer
from billing import access
from billing.actions.payout_batches import process_all
from billing.actions.payout_processing import process_payout
from billing.api.earnings import PayoutOut
from billing.api.parameters import IDEMPOTENCY_KEY
from billing.queries import pending_payouts, pending_recipients
from peerloop.kit import clock
from peerloop.kit.api import identifier
from peerloop.kit.counting import count_up_to
from peerloop.kit.inputs import Text
from peerloop.kit.paging import PageQuery, page_of

OVER_THE_API = "Processed over the API."


class PendingPayout(serializers.Serializer[Any]):
    """A payout that waits for an admin."""

    id = serializers.UUIDField()
    amount_cents = serializers.IntegerField()
    status = serializers.CharField()
    recipient = PersonAnswer()
    rows = serializers.IntegerField(source="row_count")
    account_ready = serializers.BooleanField(source="recipient.stripe_payouts_enabled")
    oldest_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class PendingBalance(serializers.Serializer[Any]):
    """Releasable money that nobody asked for yet."""

    recipient = PersonAnswer()
    amount_cents = serializers.IntegerField()
    rows = serializers.IntegerField()
    account_ready = serializers.BooleanField(source="is_ready")
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


class PayOutInput(FreshInput):
    """Nothing is needed; why goes into the audit log."""

    refuse_unknown = True

    reason = Text(max_length=2000, required=False, allow_blank=True, default="")


class PendingPayoutsEndpoint(AdminEndpoint):
    """GET /admin/pending-payouts."""

    @extend_schema(
        operation_id="admin_pending_payouts",
        responses=PendingPayoutsOut,
        parameters=[PageQuery],
        tags=["admin"],
    )
    def get(self, request: Request) -> Response:
        """A page of the payouts that wait, and of the balances, oldest first (rule OUT-8)."""
        access.admin(request.user)
        page = page_of(request.query_params)
        waiting = pending_payouts()
        answer = {
            "payouts": waiting[page.start : page.stop],
            "balances": pending_recipients(page),
            "total": count_up_to(waiting),
        }
        return Response(PendingPayoutsOut(answer).data)


class ProcessPayoutEndpoint(AdminEndpoint):
    """POST /admin/payouts/:id/process."""

    @extend_schema(
        operation_id="admin_payouts_process",
        request=PayOutInput,
        responses=PayoutOut,
        parameters=[IDEMPOTENCY_KEY],
        tags=["admin"],
    )
    @idempotent
    def post(self, request: Request, payout_id: str) -> Response:
        """Send one payout; exactly one transfer, however often this is repeated (rule OUT-6)."""
        admin = access.admin(request.user)
        given = self.body(PayOutInput)
        with because(given["reason"] or OVER_THE_API):
            payout = process_payout(payout_id=identifier(payout_id), by=admin, at=clock.now())
        return Response(PayoutOut(payout).data)


class BatchEndpoint(AdminEndpoint):
    """POST /admin/payouts/batch."""

    @extend_schema(
        operation_id="admin_payouts_batch",
        request=PayOutInput,
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
        given = self.body(PayOutInput)
        with because(given["reason"] or OVER_THE_API):
            outcomes = process_all(by=admin, at=clock.now())
        paid = sum(outcome.status == "paid" for outcome in outcomes)
        answer = {"results": outcomes, "paid": paid, "failed": len(outcomes) - paid}
        return Response(BatchOut(answer).data)
