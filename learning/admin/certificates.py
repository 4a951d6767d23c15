"""Certificates in the admin site: issue, decline, revoke, reinstate."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from learning.actions import (
    decline_certificate,
    issue_pending,
    reinstate_certificate,
    revoke_certificate,
)
from learning.admin.base import HistoryInline, LearningAdmin
from learning.models import (
    Certificate,
    CertificateEvent,
)


class CertificateEventInline(HistoryInline):
    """Who changed the certificate, when and why (rule CERT-5)."""

    model = CertificateEvent
    fields = ["from_status", "to_status", "actor", "reason", "created_at"]
    readonly_fields = ["created_at"]


@admin.register(Certificate)
class CertificateAdmin(LearningAdmin):
    """All certificates with their history."""

    list_display = ["user", "course", "type", "status", "code", "issued_at", "auto_issue_at"]
    list_filter = ["status", "type"]
    list_select_related = ["user", "course"]
    search_fields = ["user__name", "user__email", "course__title", "code__exact"]
    place_in_search = 60
    inlines = [CertificateEventInline]
    actions = ["issue", "decline", "revoke", "reinstate"]

    @admin.action(description="Issue, with a reason")
    def issue(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Issue on behalf of the creator."""
        return self._decide(request, rows, "issue", "Issue", issue_pending)

    @admin.action(description="Decline, with a reason")
    def decline(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Decline on behalf of the creator; the holder sees the reason."""
        return self._decide(request, rows, "decline", "Decline", decline_certificate)

    @admin.action(description="Revoke, with a reason")
    def revoke(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Revoke: the public page shows it, and a teaching certificate ends the right to teach."""
        return self._decide(request, rows, "revoke", "Revoke", revoke_certificate)

    @admin.action(description="Reinstate, with a reason")
    def reinstate(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Undo a revocation; the certificate keeps its code."""
        return self._decide(request, rows, "reinstate", "Reinstate", reinstate_certificate)

    def _decide(
        self, request: HttpRequest, rows: QuerySet[Certificate], action: str, title: str, act: Any
    ) -> HttpResponse | None:
        return self.ask(request, rows, action=action, title=title, act=act, row_name="certificate")
