"""Provider events, and the audit log."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.base import ReadOnlyAdmin, do_each
from accounts.inbox import replay
from accounts.models import AuditEntry, WebhookEvent
from peerloop.kit import clock


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """The inbox."""

    list_display = ("provider", "kind", "event_id", "status", "tries", "received_at")
    list_filter = ("status", "provider")
    search_fields = ("event_id", "kind")
    ordering = ("-received_at",)
    actions = ("work_again",)
    show_full_result_count = False

    @admin.action(description="Work failed ones again")
    def work_again(self, request: HttpRequest, rows: QuerySet[WebhookEvent]) -> None:
        """Replay them from the start."""
        done = do_each(
            request,
            list(rows),
            lambda event: replay(event=event, by=request.user, at=clock.now()),  # type: ignore[arg-type]
        )
        messages.success(request, f"{done} looked at; failed ones are worked again.")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, and why. The database refuses any change."""

    list_display = ("created_at", "actor", "action", "object_type", "object_id", "reason")
    list_filter = ("action", "object_type")
    list_select_related = ("actor",)
    search_fields = ("object_id", "reason", "actor__email")
    ordering = ("-created_at",)
    show_full_result_count = False
