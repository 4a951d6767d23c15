"""Questions in the admin site: where they stand, not what is said in them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from accounts.requests import acting
from catalog.inquiries.actions import put_away
from catalog.models import Inquiry, InquiryStatus
from peerloop.kit import clock


@admin.register(Inquiry)
class InquiryAdmin(ReadOnlyAdmin):
    """Questions of visitors and members to creators (rule CAT-11)."""

    list_display = ["creator", "course", "status", "created_at", "first_answered_at"]
    list_display += ["converted_at"]
    list_filter = ["status", ("created_at", admin.DateFieldListFilter)]
    list_select_related = ["creator", "course"]
    search_fields = ["creator__name", "creator__email", "course__title"]
    fields = ["creator", "course", "status", "created_at", "latest_at", "first_answered_at"]
    fields += ["converted_at"]
    ordering = ["-id"]
    actions = ["mark_as_spam"]

    @admin.action(description="Mark as spam, with a reason")
    def mark_as_spam(self, request: HttpRequest, rows: QuerySet[Inquiry]) -> HttpResponse | None:
        """Take questions out of their creators' inboxes; their links no longer open."""
        return ask_then_do(
            self,
            request,
            rows,
            action="mark_as_spam",
            title="Mark as spam",
            act=lambda row, given: put_away(
                inquiry=row, status=InquiryStatus.SPAM, by=acting(request), at=clock.now()
            ),
        )
