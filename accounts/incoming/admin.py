"""Provider events in the admin site."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.incoming.inbox import replay
from accounts.models import WebhookEvent
from accounts.requests import acting
from peerloop.kit import clock
from peerloop.kit.admin import ReadOnlyAdmin, do_each
from peerloop.kit.admin_lists import StoredValuesFilter


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """The inbox."""

    list_display = ("provider", "kind", "event_id", "status", "tries", "received_at")
    list_filter = ("status", ("provider", StoredValuesFilter))
    search_fields = ("event_id__exact", "kind__exact")
    actions = ("work_again",)

    @admin.action(description="Work failed ones again")
    def work_again(self, request: HttpRequest, rows: QuerySet[WebhookEvent]) -> None:
        """Process failed or ignored events again."""
        done = do_each(
            request,
            list(rows),
            lambda event: replay(event=event, by=acting(request), at=clock.now()),
        )
        messages.success(request, f"{done} looked at; failed ones are worked again.")
