"""Admin pages of rewards."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from accounts.requests import acting
from goodwill.models import RewardClaim
from goodwill.rewards.actions import decide_claim
from peerloop.kit import clock


@admin.register(RewardClaim)
class RewardClaimAdmin(ReadOnlyAdmin):
    """Claims of rewards. What is given is done first, and said in the reason: the member reads it.

    A coupon is a part of a payment given back, a bonus an adjustment of the balance; both are paid
    from the platform's share.
    """

    list_display = ["user", "tier", "status", "created_at", "decided_by", "decided_at"]
    list_filter = ["status", "tier"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user", "decided_by"]
    ordering = ["-id"]
    actions = ["give", "decline"]

    @admin.action(description="Give the reward")
    def give(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Say how the member gets it."""
        title = "Give the reward: say how the member gets it, they read it"
        return self._decide(request, rows, "give", title, is_given=True)

    @admin.action(description="Decline the reward")
    def decline(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Say why not."""
        title = "Decline the reward: say why, the member reads it"
        return self._decide(request, rows, "decline", title, is_given=False)

    def _decide(
        self, request: HttpRequest, rows: QuerySet[Any], action: str, title: str, *, is_given: bool
    ) -> HttpResponse | None:
        def act(row: RewardClaim, given: dict[str, Any]) -> None:
            decide_claim(
                claim=row,
                is_given=is_given,
                answer=given["reason"],
                by=acting(request),
                at=clock.now(),
            )

        return ask_then_do(self, request, rows, action=action, title=title, act=act)
