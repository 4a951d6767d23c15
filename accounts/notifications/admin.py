"""Mails and notifications in the admin site; failed mails can be sent again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from accounts.models import DeadLetter, Email, Notification
from accounts.notifications.outbox.delivery import send_again
from accounts.requests import acting
from peerloop.kit import clock
from peerloop.kit.admin_lists import StoredValuesFilter


class OutboxAdmin(ReadOnlyAdmin):
    """What both pages of mails share."""

    search_fields = ("user__email", "user__name", "to__exact", "provider_id__exact")
    exclude = ("context",)
    actions = ("again",)

    @admin.action(description="Try failed ones again")
    def again(self, request: HttpRequest, rows: QuerySet[Email]) -> HttpResponse | None:
        """Queue them anew."""
        return ask_then_do(
            self,
            request,
            rows,
            action="again",
            title="Send again what failed",
            act=lambda email, given: send_again(email=email, by=acting(request), at=clock.now()),
        )


@admin.register(Email)
class EmailAdmin(OutboxAdmin):
    """The outbox."""

    list_display = ("to", "template", "status", "tries", "created_at", "sent_at")
    list_filter = ("status", ("template", StoredValuesFilter))


@admin.register(DeadLetter)
class DeadLetterAdmin(OutboxAdmin):
    """Failed mails and their errors, to be sent again."""

    list_display = ("to", "template", "why", "tries", "updated_at")
    list_filter = (("template", StoredValuesFilter),)
    ordering = ("-updated_at",)

    @admin.display(description="error")
    def why(self, email: Email) -> str:
        """The last error of the provider, cut."""
        return email.error[:120]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Email]:
        """The failed ones."""
        return super().get_queryset(request).filter(status=Email.Status.FAILED)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Notifications in the app, without their texts."""

    list_display = ("user", "kind", "created_at", "read_at")
    list_filter = (("kind", StoredValuesFilter),)
    list_select_related = ("user",)
    search_fields = ("user__email",)
