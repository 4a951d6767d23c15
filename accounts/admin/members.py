"""Members: found, suspended, given roles."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.actions.suspension import lift_suspension, set_role, suspend_member
from accounts.admin.base import ReadOnlyAdmin, ReasonForm, ask_then_do
from accounts.models import User
from peerloop.kit import clock


class SuspendForm(ReasonForm):
    """How long, and why."""

    days = forms.IntegerField(
        label="Days (empty: until lifted)", required=False, min_value=1, max_value=3650
    )


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


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Members. Roles and suspensions are actions of the list, each with a reason."""

    list_display = ("email", "name", "handle", "role", "is_suspended", "created_at")
    list_filter = (
        "is_creator",
        "is_student_teacher",
        "is_moderator",
        "is_admin",
        ("suspended_at", admin.EmptyFieldListFilter),
        "email_status",
    )
    search_fields = ("email", "name", "handle")
    ordering = ("-created_at",)
    exclude = ("password", "groups", "user_permissions", "is_superuser", "token_version")
    actions = ("suspend", "lift", "change_role")
    show_full_result_count = False

    @admin.display(boolean=True, description="suspended")
    def is_suspended(self, user: User) -> bool:
        """Whether sign-in is closed."""
        return user.is_suspended

    @admin.action(description="Suspend, with a reason")
    def suspend(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Close the accounts."""

        def act(user: User, given: dict[str, Any]) -> None:
            at = clock.now()
            until = at + timedelta(days=given["days"]) if given["days"] else None
            suspend_member(
                user=user, reason=given["reason"], until=until, by=_admin(request), at=at
            )

        return ask_then_do(
            self, request, rows, action="suspend", title="Suspend", form_class=SuspendForm, act=act
        )

    @admin.action(description="Lift the suspension, with a reason")
    def lift(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Open the accounts again."""

        def act(user: User, given: dict[str, Any]) -> None:
            lift_suspension(user=user, reason=given["reason"], by=_admin(request), at=clock.now())

        return ask_then_do(
            self,
            request,
            rows,
            action="lift",
            title="Lift the suspension",
            form_class=ReasonForm,
            act=act,
        )

    @admin.action(description="Give or take a role, with a reason")
    def change_role(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        """Creator, moderator, admin."""

        def act(user: User, given: dict[str, Any]) -> None:
            set_role(user=user, by=_admin(request), at=clock.now(), **given)

        return ask_then_do(
            self,
            request,
            rows,
            action="change_role",
            title="Give or take a role",
            form_class=RoleForm,
            act=act,
        )


def _admin(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
