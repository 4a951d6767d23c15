"""The audit log in the admin site."""

from django.contrib import admin

from accounts.models import AuditEntry, AuditHead, AuditLink
from peerloop.kit.admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, and why. The database refuses any change."""

    list_display = ("number", "created_at", "actor", "action", "object_type", "object_id", "reason")
    list_display_links = ("number", "created_at")
    list_filter = ("action", "object_type", ("actor", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("actor", "link")
    search_fields = ("object_id", "reason", "actor__email", "action", "request_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    show_full_result_count = False

    readonly_fields = ("number", "created_at", "chain_hash", "hash_before")
    exclude = ("updated_at",)

    @admin.display(description="no.", ordering="link__seq")
    def number(self, entry: AuditEntry) -> int | None:
        """Its place in the chain."""
        link = _link_of(entry)
        return link.seq if link else None

    @admin.display(description="hash")
    def chain_hash(self, entry: AuditEntry) -> str:
        """Over this entry and all before it."""
        link = _link_of(entry)
        return link.hash if link else ""

    @admin.display(description="hash before it")
    def hash_before(self, entry: AuditEntry) -> str:
        """Of the entry before."""
        link = _link_of(entry)
        return link.prev_hash if link else ""


@admin.register(AuditHead)
class AuditHeadAdmin(ReadOnlyAdmin):
    """Where the log ended on each day, as it was mailed."""

    list_display = ("day", "seq", "hash", "created_at")
    ordering = ("-day",)


def _link_of(entry: AuditEntry) -> AuditLink | None:
    """None for an entry that somebody smuggled past the chain: the page must still open."""
    try:
        link: AuditLink = entry.link
    except AuditLink.DoesNotExist:
        return None
    return link
