"""Members in the admin site: sanctions, roles, account closure."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from accounts.audit.admin_pages import ReadOnlyAdmin, ReasonForm, ask_then_do
from accounts.identity.actions.closure import (
    ask_for_erasure,
    open_erasure,
    undo_erasure,
)
from accounts.members.actions.roles import set_role
from accounts.models import Sanction, User
from accounts.requests import acting
from accounts.sanctions.actions.lifting import lift_sanction
from accounts.sanctions.actions.posting_ban import ban_from_posting
from accounts.sanctions.actions.suspension import (
    lift_suspension,
    suspend_member,
)
from accounts.sanctions.queries import ban_of
from peerloop.kit import clock
from peerloop.kit.refusals import Conflict

# Permissions follow roles; groups have no effect, so their page is removed.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)

PARTS: tuple[tuple[str | None, Any], ...] = (
    (None, {"fields": ("name", "email", "handle", "audit_log")}),
    (
        "State",
        {
            "fields": (
                *("is_active", "suspended_at", "suspended_until", "suspended_reason"),
                *("posting_banned_until", "email_verified_at", "email_status", "deleted_at"),
            )
        },
    ),
    (
        "Roles",
        {
            "fields": (
                *("is_creator", "is_student_teacher", "is_moderator", "is_admin"),
                "requested_role",
            )
        },
    ),
    (
        "Profile",
        {
            "fields": (
                *("privacy_public", "title", "bio_short", "bio", "teaching_philosophy"),
                *("website", "languages", "location", "timezone", "avatar_url"),
            )
        },
    ),
    (
        "Payouts",
        {
            "fields": (
                *("stripe_account_id", "stripe_account_status"),
                *("stripe_payouts_enabled", "stripe_details_submitted"),
            )
        },
    ),
    (
        "Use",
        {
            "fields": (
                *("created_at", "last_login", "last_seen_at", "onboarding_completed_at"),
                *("goals", "origin", "marketing_opt_out"),
            )
        },
    ),
)


class SuspendForm(ReasonForm):
    """How long, and why."""

    days = forms.IntegerField(
        label="Days (empty: until lifted)", required=False, min_value=1, max_value=3650
    )


class BanForm(SuspendForm):
    """The same for writing to others."""


class RoleForm(ReasonForm):
    """Which role, given or taken, and why."""

    role = forms.ChoiceField(
        choices=[("is_creator", "Creator"), ("is_moderator", "Moderator"), ("is_admin", "Admin")]
    )
    held = forms.TypedChoiceField(
        label="Give or take",
        choices=[("give", "Give"), ("take", "Take")],
        coerce=lambda word: word == "give",
    )


class SanctionInline(admin.StackedInline):
    """What was ever decided against the member: to read."""

    model = Sanction
    fk_name = "user"
    fields = ("kind", "reason", "starts_at", "ends_at", "issued_by", "lifted_at", "lifted_by")
    readonly_fields = fields
    ordering = ("-starts_at",)
    extra = 0
    verbose_name_plural = "Sanctions"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sanction]:
        """With who decided, so that a long history is one query."""
        return super().get_queryset(request).select_related("issued_by", "lifted_by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Decisions are actions of the list."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor taken away."""
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Members. Roles, sanctions and closing accounts are actions of the list, with a reason."""

    list_display = ("email", "name", "handle", "role", "is_suspended", "created_at")
    list_filter = (
        "is_creator",
        "is_student_teacher",
        "is_moderator",
        "is_admin",
        ("suspended_at", admin.EmptyFieldListFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
        "email_status",
    )
    search_fields = ("email", "name", "handle")
    place_in_search = 10
    sortable_by = ("email",)
    fieldsets = PARTS
    actions = ("suspend", "lift", "ban", "lift_ban", "change_role", "erase", "keep_account")
    inlines = (SanctionInline,)

    readonly_fields = ("audit_log",)

    @admin.display(description="audit log")
    def audit_log(self, user: User) -> str:
        """What was done to the member, and by the member."""
        entries = reverse("admin:accounts_auditentry_changelist")
        return format_html(
            '<a href="{}?object_id={}">What was done to them</a> · '
            '<a href="{}?actor__id__exact={}">What they did</a>',
            *(entries, user.pk, entries, user.pk),
        )

    @admin.display(boolean=True, description="suspended")
    def is_suspended(self, user: User) -> bool:
        """Whether sign-in is closed."""
        return user.is_suspended

    @admin.action(description="Suspend, with a reason")
    def suspend(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Close the accounts."""

        def act(user: User, given: dict[str, Any]) -> None:
            at = clock.now()
            until = _end(given, at)
            suspend_member(
                user=user, reason=given["reason"], until=until, by=acting(request), at=at
            )

        return ask_then_do(
            self, request, rows, action="suspend", title="Suspend", form_class=SuspendForm, act=act
        )

    @admin.action(description="Lift the suspension, with a reason")
    def lift(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Open the accounts again."""

        def act(user: User, given: dict[str, Any]) -> None:
            lift_suspension(user=user, reason=given["reason"], by=acting(request), at=clock.now())

        return ask_then_do(
            self,
            request,
            rows,
            action="lift",
            title="Lift the suspension",
            form_class=ReasonForm,
            act=act,
        )

    @admin.action(description="Ban from posting, with a reason")
    def ban(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """No posts, replies, likes, reviews and messages (rule MOD-6)."""

        def act(user: User, given: dict[str, Any]) -> None:
            at = clock.now()
            until = _end(given, at)
            ban_from_posting(
                user=user, reason=given["reason"], until=until, by=acting(request), at=at
            )

        return ask_then_do(
            self, request, rows, action="ban", title="Ban from posting", form_class=BanForm, act=act
        )

    @admin.action(description="Lift the posting ban, with a reason")
    def lift_ban(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Let them write again."""

        def act(user: User, given: dict[str, Any]) -> None:
            at = clock.now()
            sanction = ban_of(user, at=at)
            if sanction is None:
                raise Conflict("No posting ban stands.")
            lift_sanction(sanction=sanction, reason=given["reason"], by=acting(request), at=at)

        return ask_then_do(
            self,
            request,
            rows,
            action="lift_ban",
            title="Lift the posting ban",
            form_class=ReasonForm,
            act=act,
        )

    @admin.action(description="Close the account for good, with a reason")
    def erase(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Now closed, blank in 30 days; refused with what stands against it (ADM-4, ROLE-13)."""

        def act(user: User, given: dict[str, Any]) -> None:
            ask_for_erasure(user=user, by=acting(request), reason=given["reason"], at=clock.now())

        return ask_then_do(
            self,
            request,
            rows,
            action="erase",
            title="Close the account for good",
            form_class=ReasonForm,
            act=act,
        )

    @admin.action(description="Take the closing back, with a reason")
    def keep_account(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Within the 30 days."""

        def act(user: User, given: dict[str, Any]) -> None:
            undo_erasure(
                erasure=open_erasure(user=user),
                by=acting(request),
                reason=given["reason"],
                at=clock.now(),
            )

        return ask_then_do(
            self,
            request,
            rows,
            action="keep_account",
            title="Open the account again",
            form_class=ReasonForm,
            act=act,
        )

    @admin.action(description="Give or take a role, with a reason")
    def change_role(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Creator, moderator, admin."""

        def act(user: User, given: dict[str, Any]) -> None:
            set_role(user=user, by=acting(request), at=clock.now(), **given)

        return ask_then_do(
            self,
            request,
            rows,
            action="change_role",
            title="Give or take a role",
            form_class=RoleForm,
            act=act,
        )


def _end(given: dict[str, Any], at: datetime) -> datetime | None:
    return at + timedelta(days=given["days"]) if given["days"] else None
