"""The admin site of calls for help: what happened, read-only."""

from django.contrib import admin

from accounts.audit.admin_pages import ReadOnlyAdmin
from goodwill.models import HelpSummons, HelpSwitch


@admin.register(HelpSummons)
class HelpSummonsAdmin(ReadOnlyAdmin):
    """Calls with who answered, after how long, and the points."""

    list_display = (
        *("created_at", "student", "course", "status", "helper", "responded_at"),
        "points_awarded",
    )
    list_filter = ("status",)
    list_select_related = ("student", "course", "helper")
    ordering = ("-id",)


@admin.register(HelpSwitch)
class HelpSwitchAdmin(ReadOnlyAdmin):
    """Who offers help, and their last sign of life."""

    list_display = ("user", "is_available", "since", "last_seen_at", "day", "seconds")
    list_filter = ("is_available",)
    list_select_related = ("user",)
    ordering = ("-id",)
