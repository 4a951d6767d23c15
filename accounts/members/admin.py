"""Creator applications: decided with a reason."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from accounts.members.actions.applications import decide_creator_application
from accounts.models import CreatorApplication
from accounts.requests import acting
from peerloop.kit import clock


@admin.register(CreatorApplication)
class CreatorApplicationAdmin(ReadOnlyAdmin):
    """Who asks to create courses."""

    list_display = ("user", "status", "created_at", "decided_by", "decided_at")
    list_filter = ("status",)
    list_select_related = ("user", "decided_by")
    search_fields = ("user__email", "user__name")
    actions = ("approve", "deny")

    @admin.action(description="Approve, with a reason that the applicant reads")
    def approve(
        self, request: HttpRequest, rows: QuerySet[CreatorApplication]
    ) -> HttpResponse | None:
        """Let them create."""
        return self._decide(request, rows, "approve", "Approve")

    @admin.action(description="Deny, with a reason that the applicant reads")
    def deny(self, request: HttpRequest, rows: QuerySet[CreatorApplication]) -> HttpResponse | None:
        """Say no, and why."""
        return self._decide(request, rows, "deny", "Deny")

    def _decide(
        self,
        request: HttpRequest,
        rows: QuerySet[CreatorApplication],
        action: str,
        title: str,
    ) -> HttpResponse | None:
        def act(application: CreatorApplication, given: dict[str, Any]) -> None:
            decide_creator_application(
                application=application,
                approve=action == "approve",
                reason=given["reason"],
                by=acting(request),
                at=clock.now(),
            )

        return ask_then_do(self, request, rows, action=action, title=title, act=act)
