"""The audit log in the admin site."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.audit.admin_pages import ReadOnlyAdmin
from accounts.models import AuditEntry, AuditHead, AuditLink, User
from peerloop.kit.admin_lists import StoredValuesFilter

MAX_ACTORS = 100


class ActorFilter(admin.SimpleListFilter):
    """Admins and moderators; what a member did is linked from the member's own page."""

    title = "actor"
    parameter_name = "actor__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Who has one of the roles now."""
        staff = User.objects.filter(Q(is_admin=True) | Q(is_moderator=True)).order_by("name")
        return [(str(pk), name) for pk, name in staff.values_list("pk", "name")[:MAX_ACTORS]]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        """What they did."""
        chosen = self.value()
        try:
            return queryset.filter(actor__pk=chosen) if chosen else queryset
        except ValidationError:
            raise IncorrectLookupParameters from None


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, and why. The database refuses any change."""

    list_display = ("number", "created_at", "actor", "action", "object_type", "object_id", "reason")
    list_display_links = ("number", "created_at")
    list_filter = (
        ("action", StoredValuesFilter),
        ("object_type", StoredValuesFilter),
        ("created_at", admin.DateFieldListFilter),
        ActorFilter,
    )
    list_select_related = ("actor", "link")
    link_lookups = ("object_id",)
    search_fields = (
        *("actor__email", "actor__name", "reason"),
        *("object_id__exact", "action__exact", "request_id__exact"),
    )

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
