"""Requests for courses in the admin site: what becomes of them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ReasonForm, ask_then_do
from accounts.requests import acting
from catalog.content_requests.actions import decide_request, remove_request
from catalog.content_requests.forms import DeclineForm, PlanForm, PublishForm
from catalog.models import ContentRequest, ContentRequestStatus
from peerloop.kit import clock

Rows = QuerySet[ContentRequest]


@admin.register(ContentRequest)
class ContentRequestAdmin(ReadOnlyAdmin):
    """Courses that members miss, with their votes (rule REQ-1)."""

    list_display = ["title", "vote_count", "status", "author", "created_at", "decided_at"]
    list_filter = ["status"]
    list_select_related = ["author"]
    search_fields = ["author__name", "author__email"]
    fields = ["title", "reason", "author", "status", "vote_count", "course", "answer"]
    fields += ["created_at", "decided_at"]
    ordering = ["-id"]
    actions = ["plan", "publish", "decline", "reopen", "remove"]

    @admin.action(description="Planned, with a reason")
    def plan(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """Somebody makes a course of it."""
        return self._decide(request, rows, "plan", ContentRequestStatus.PLANNED, PlanForm)

    @admin.action(description="Published: name the course, with a reason")
    def publish(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """There is a course now; all who voted are told."""
        return self._decide(request, rows, "publish", ContentRequestStatus.PUBLISHED, PublishForm)

    @admin.action(description="Decline, with a reason")
    def decline(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """There will be no course for now; who asked reads why."""
        return self._decide(request, rows, "decline", ContentRequestStatus.DECLINED, DeclineForm)

    @admin.action(description="Open again, with a reason")
    def reopen(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """It takes votes again."""
        return self._decide(request, rows, "reopen", ContentRequestStatus.OPEN, PlanForm)

    @admin.action(description="Delete, with a reason")
    def remove(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """Delete what should not be read."""
        return ask_then_do(
            self,
            request,
            rows,
            action="remove",
            title="Delete",
            act=lambda row, given: remove_request(request=row, by=acting(request), at=clock.now()),
            form_class=ReasonForm,
        )

    def _decide(
        self,
        request: HttpRequest,
        rows: Rows,
        action: str,
        status: str,
        form_class: type[forms.Form],
    ) -> HttpResponse | None:
        def act(row: ContentRequest, given: dict[str, Any]) -> None:
            decide_request(
                request=row,
                status=status,
                answer=given["answer"],
                course=given.get("course"),
                by=acting(request),
                at=clock.now(),
            )

        return ask_then_do(
            self,
            request,
            rows,
            action=action,
            title=str(ContentRequestStatus(status).label),
            act=act,
            form_class=form_class,
        )
