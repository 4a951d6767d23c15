"""Admin pages of referrals."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from goodwill.models import Referral
from goodwill.referrals.actions.inviting import invite_again
from peerloop.kit import clock


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    """Invited friends, and how far they came."""

    list_display = ["referrer", "email", "referred", "status", "sent_count", "sent_at", "joined_at"]
    list_filter = ["status"]
    search_fields = ["referrer__name", "referrer__email"]
    list_select_related = ["referrer", "referred"]
    ordering = ["-id"]
    actions = ["send_again"]

    @admin.action(description="Send the invitation again")
    def send_again(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Follow up: one more mail for each that nobody answered."""
        return ask_then_do(
            self,
            request,
            rows,
            action="send_again",
            title="Send the invitation again",
            act=lambda row, given: invite_again(referral=row, at=clock.now()),
        )
