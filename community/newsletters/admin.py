"""Newsletters and their deliveries in the admin site; what is sent or scheduled can be stopped."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from accounts.requests import acting
from community.models import Newsletter, NewsletterDelivery
from community.newsletters.actions import stop_newsletter
from peerloop.kit import clock


@admin.register(Newsletter)
class NewsletterAdmin(ReadOnlyAdmin):
    """What creators write to their subscribers."""

    list_display = (
        "subject",
        "creator",
        "status",
        "send_at",
        "recipients",
        "sent_count",
        "bounced_count",
        "failed_count",
        "unsubscribed_count",
    )
    list_filter = ("status",)
    list_select_related = ("creator",)
    search_fields = ("creator__email", "creator__name")
    actions = ("stop",)

    @admin.action(description="Stop sending")
    def stop(self, request: HttpRequest, rows: QuerySet[Newsletter]) -> HttpResponse | None:
        """What has not left stays here; the creator reads the reason."""
        return ask_then_do(
            self,
            request,
            rows,
            action="stop",
            title="Stop newsletters",
            act=lambda row, given: stop_newsletter(
                newsletter=row, reason=given["reason"], by=acting(request), at=clock.now()
            ),
        )


@admin.register(NewsletterDelivery)
class NewsletterDeliveryAdmin(ReadOnlyAdmin):
    """What became of each newsletter for each subscriber."""

    list_display = ("newsletter", "reader", "status", "created_at", "updated_at")
    list_filter = ("status",)
    list_select_related = ("newsletter", "subscriber__user")
    search_fields = ("subscriber__user__email",)

    @admin.display(description="reader")
    def reader(self, delivery: NewsletterDelivery) -> str:
        """The name of the subscriber."""
        return delivery.subscriber.user.name
