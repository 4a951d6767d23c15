"""Feed deliveries, follows and promoted posts in the admin site."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from community.feeds.publishing.outlet import publish_soon
from community.models import FeedDelivery, FeedFollow, PromotedPost
from peerloop.kit import clock


class OutgoingAdmin(ReadOnlyAdmin):
    """Rows that say what the provider is to be told; their text stands elsewhere."""

    list_filter = ("status",)
    actions = ("send_again",)

    @admin.action(description="Send again")
    def send_again(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Look at each again, and tell the provider what is true now."""

        def act(row: Any, given: dict[str, Any]) -> None:
            type(row).objects.filter(pk=row.pk).look_again(clock.now())
            publish_soon()

        return ask_then_do(
            self, request, rows, action="send_again", title="Send again to the provider", act=act
        )


@admin.register(FeedDelivery)
class FeedDeliveryAdmin(OutgoingAdmin):
    """Posts, and whether the provider holds each."""

    list_display = ("post_id", "status", "is_held", "tries", "next_try_at", "updated_at", "error")
    fields = (
        *("post_id", "status", "is_held", "activity_id", "version", "tries", "next_try_at"),
        *("claimed_until", "error", "created_at", "updated_at"),
    )
    ordering = ("-pk",)
    search_fields = ("post__id__exact",)


@admin.register(FeedFollow)
class FeedFollowAdmin(OutgoingAdmin):
    """Which feeds a member's timeline follows at the provider."""

    list_display = ("user", "feed", "is_wanted", "status", "tries", "updated_at", "error")
    list_select_related = ("user",)
    ordering = ("-pk",)
    search_fields = ("user__email", "user__name")

    @admin.display(description="feed")
    def feed(self, row: FeedFollow) -> str:
        """The feed as the provider calls it."""
        return f"{row.group}:{row.key}"


@admin.register(PromotedPost)
class PromotedPostAdmin(ReadOnlyAdmin):
    """Which posts stood in the main feed for points; removing the post ends it."""

    list_display = ["author", "post", "points_spent", "status", "starts_at", "expires_at"]
    list_filter = ["status"]
    search_fields = ["author__name", "author__email"]
    list_select_related = ["author", "post"]
    ordering = ["-id"]
