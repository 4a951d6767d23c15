"""The payout account over the API: open, look, visit (rule OUT-9)."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.identity.reauthentication import require_current_password
from accounts.identity.serializers import FreshInput
from accounts.models import User
from billing import access
from billing.actions.accounts import dashboard_link, onboarding_link, refresh_account
from peerloop.kit import clock
from peerloop.kit.api import Endpoint

State = User.PayoutAccount


class OwnAccountInput(FreshInput):
    """Nothing to say: the account is the caller's own; a sign-in of long ago needs the password."""

    refuse_unknown = True


class OnboardingOut(serializers.Serializer[Any]):
    """A page at the provider; it works once."""

    onboarding_url = serializers.URLField()
    account_id = serializers.CharField()


class AccountOut(serializers.Serializer[Any]):
    """How the payout account stands. ``synced_at`` is when the provider last answered."""

    connected = serializers.SerializerMethodField()
    account_id = serializers.CharField(source="user.stripe_account_id", allow_null=True)
    status = serializers.CharField(
        source="user.stripe_account_status",
        help_text="none, pending, active, restricted or deauthorized",
    )
    payouts_enabled = serializers.BooleanField(source="user.stripe_payouts_enabled")
    details_submitted = serializers.BooleanField(source="user.stripe_details_submitted")
    missing = serializers.ListField(source="account.missing", child=serializers.CharField())
    synced_at = serializers.DateTimeField(source="account.synced_at", allow_null=True)

    def get_connected(self, row: dict[str, Any]) -> bool:
        """Whether there is an account that the provider still knows."""
        user: User = row["user"]
        return bool(user.stripe_account_id) and user.stripe_account_status != State.DEAUTHORIZED


class DashboardOut(serializers.Serializer[Any]):
    """The member's own page at the provider; it works once."""

    dashboard_url = serializers.URLField()


class OnboardEndpoint(Endpoint):
    """POST /payments/connect/onboard."""

    @extend_schema(
        operation_id="connect_onboard",
        request=OwnAccountInput,
        responses=OnboardingOut,
        tags=["pay"],
    )
    def post(self, request: Request) -> Response:
        """Open the payout account, or go on with it; one account, however often it is called."""
        user = access.earning(request.user)
        require_current_password(request, self.body(OwnAccountInput)["current_password"])
        link = onboarding_link(user=user, at=clock.now())
        user.refresh_from_db(fields=["stripe_account_id"])
        answer = {"onboarding_url": link, "account_id": user.stripe_account_id}
        return Response(OnboardingOut(answer).data)


class AccountStatusEndpoint(Endpoint):
    """GET /payments/connect/status."""

    @extend_schema(operation_id="connect_status", responses=AccountOut, tags=["pay"])
    def get(self, request: Request) -> Response:
        """The account as the provider says now; its last word if the provider is away."""
        user = access.earning(request.user)
        account = refresh_account(user=user, at=clock.now())
        user.refresh_from_db()
        return Response(AccountOut({"user": user, "account": account}).data)


NOT_READY = OpenApiResponse(description="Onboarding is not done yet.")


class DashboardEndpoint(Endpoint):
    """POST /payments/connect/dashboard."""

    @extend_schema(
        operation_id="connect_dashboard",
        request=OwnAccountInput,
        responses={200: DashboardOut, 409: NOT_READY},
        tags=["pay"],
    )
    def post(self, request: Request) -> Response:
        """A way into the member's page at the provider; 409 before onboarding is done."""
        user = access.earning(request.user)
        require_current_password(request, self.body(OwnAccountInput)["current_password"])
        answer = {"dashboard_url": dashboard_link(user=user, at=clock.now())}
        return Response(DashboardOut(answer).data)
