"""Provider events in the admin site."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from accounts.incoming.inbox import replay
from accounts.models import WebhookEvent
from accounts.requests import acting
from peerloop.kit import clock
from peerloop.kit.admin_lists import StoredValuesFilter


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """The inbox."""

    list_display = ("provider", "kind", "event_id", "status", "tries", "received_at")
    list_filter = ("status", ("provider", StoredValuesFilter))
    search_fields = ("event_id__exact", "kind__exact")
    actions = ("work_again",)

    @admin.action(description="Work failed ones again")
    def work_again(self, request: HttpRequest, rows: QuerySet[WebhookEvent]) -> HttpResponse | None:
        """Process failed or ignored events again."""
        return ask_then_do(
            self,
            request,
            rows,
            action="work_again",
            title="Work again what failed",
            act=lambda event, given: replay(event=event, by=acting(request), at=clock.now()),
        )
