"""Posts, reports, decisions, appeals and reported conversations in the admin site.

Rows are read-only. Of private talk an admin sees here only which conversations hold a reported
message; what it says stands in the snapshot of the report (rule MSG-5).
"""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ask_then_do
from accounts.requests import acting
from community.feeds.reportable import content_of
from community.models import (
    Appeal,
    ContentFlag,
    Conversation,
    Message,
    ModerationCase,
    ModerationDecision,
    Post,
    Target,
)
from community.moderation.actions import remove_content
from peerloop.kit import clock


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    """Posts and replies. One that breaks a rule is removed here; its author is told."""

    list_display = ("created_at", "author", "feed_group", "post_type", "depth", "status", "text")
    list_filter = ("status", "feed_group", "post_type")
    list_select_related = ("author",)
    search_fields = ("id__exact", "author__email", "author__name")
    link_lookups = ("author__id__exact",)
    actions = ("remove",)

    @admin.display(description="text")
    def text(self, post: Post) -> str:
        """Its beginning."""
        return post.content[:80]

    @admin.action(description="Remove")
    def remove(self, request: HttpRequest, posts: QuerySet[Post]) -> HttpResponse | None:
        """Remove them, with a reason that their authors read."""
        rows = posts.select_related("author", "course", "creator", "parent__author")

        def act(post: Post, given: dict[str, Any]) -> None:
            remove_content(
                content=content_of(post),
                reason=given["reason"],
                by=acting(request),
                at=clock.now(),
            )

        return ask_then_do(self, request, rows, action="remove", title="Remove posts", act=act)


@admin.register(ModerationCase)
class CaseAdmin(ReadOnlyAdmin):
    """What was reported. It is decided in the queue at /mod."""

    list_display = ("created_at", "target_type", "author", "status", "priority", "decided_at")
    list_filter = ("status", "target_type", "priority")
    list_select_related = ("author",)
    search_fields = ("id__exact", "author__email", "author__name")


@admin.register(ContentFlag)
class FlagAdmin(ReadOnlyAdmin):
    """Single reports, with what the content said at that moment."""

    list_display = ("created_at", "case", "reason", "flagger", "reporter_email", "decision")
    list_filter = ("reason",)
    list_select_related = ("case", "flagger", "decision")
    search_fields = ("id__exact", "flagger__email", "flagger__name")


@admin.register(ModerationDecision)
class DecisionAdmin(ReadOnlyAdmin):
    """What was decided, by whom and why."""

    list_display = ("created_at", "action", "case", "target_user", "actor", "days", "rule")
    list_filter = ("action", "rule")
    list_select_related = ("case", "target_user", "actor")
    search_fields = ("id__exact", "target_user__email", "target_user__name", "actor__email")


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    """Appeals. They are decided at /mod/appeals."""

    list_display = ("created_at", "decision", "side", "user", "status", "decided_by")
    list_filter = ("status", "side")
    list_select_related = ("decision", "user", "decided_by")
    search_fields = ("id__exact", "user__email", "user__name")


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Conversations with a reported message, and nothing of what was written in them."""

    list_display = ("created_at", "kind", "created_by", "course")
    list_filter = ("kind",)
    list_select_related = ("created_by", "course")
    search_fields = ("id__exact", "created_by__email", "created_by__name")
    fields = ("kind", "created_by", "course", "created_at")
    readonly_fields = ("created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        """Those alone."""
        cases = ModerationCase.objects.filter(target_type=Target.MESSAGE, target_id=OuterRef("pk"))
        messages = Message.objects.filter(Exists(cases), conversation=OuterRef("pk"))
        rows: QuerySet[Conversation] = super().get_queryset(request)
        return rows.filter(Exists(messages))
