"""Moderators in the admin site: platform moderators, invitations, creators' appointments."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ReasonForm, ask_then_do, reason_field
from accounts.audit.log import because, require_proof
from accounts.requests import acting
from community.models import CommunityModerator, ModeratorInvite, PlatformModerator
from community.models.moderator_invite import LONGEST_DAYS, SHORTEST_DAYS, USUAL_DAYS
from community.moderators.actions import (
    cancel_invite,
    end_appointment,
    invite_moderator,
    resend_invite,
    take_role,
)
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Refused


def days_field(**named: Any) -> forms.IntegerField:
    """How long an invitation can be answered."""
    return forms.IntegerField(min_value=SHORTEST_DAYS, max_value=LONGEST_DAYS, **named)


class InviteForm(forms.Form):
    """Whom to invite, for how long, and why."""

    email = forms.CharField(label="E-mail address", max_length=254)
    days = days_field(label="Days to answer", initial=USUAL_DAYS)
    reason = reason_field()


class ResendForm(ReasonForm):
    """For how long from now, and why."""

    days = days_field(label="Days to answer (empty: as before)", required=False)


@admin.register(PlatformModerator)
class PlatformModeratorAdmin(ReadOnlyAdmin):
    """Who moderates the whole platform."""

    list_display = ("name", "email", "is_admin", "last_seen_at")
    ordering = ("name",)
    fields = ("name", "email", "handle", "is_admin", "last_seen_at", "suspended_at")
    search_fields = ("name", "email", "handle")
    actions = ("take_away",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlatformModerator]:
        """Moderators alone."""
        return super().get_queryset(request).filter(is_moderator=True)

    @admin.action(description="Take the role away, with a reason that they read")
    def take_away(
        self, request: HttpRequest, rows: QuerySet[PlatformModerator]
    ) -> HttpResponse | None:
        """Their rights end with their next request."""

        def act(moderator: PlatformModerator, given: dict[str, Any]) -> None:
            take_role(user=moderator, reason=given["reason"], by=acting(request), at=clock.now())

        return ask_then_do(self, request, rows, action="take_away", title="Take away", act=act)


@admin.register(ModeratorInvite)
class ModeratorInviteAdmin(ReadOnlyAdmin):
    """Invitations of platform moderators, with their history."""

    list_display = ("email", "status", "invited_by", "created_at", "expires_at", "answered_at")
    list_filter = ("status",)
    list_select_related = ("invited_by",)
    search_fields = ("email",)
    fields = (
        *("email", "status", "invited_by", "created_at", "days", "expires_at"),
        *("sent_count", "accepted_by", "answered_at"),
    )
    actions = ("resend", "cancel")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Through the form below, which is one action."""
        return True

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Invite an address."""
        require_proof()
        form = InviteForm(request.POST or None)
        if form.is_valid():
            given = form.cleaned_data
            try:
                with because(given["reason"]):
                    invite_moderator(
                        email=given["email"],
                        days=given["days"],
                        by=acting(request),
                        at=clock.now(),
                    )
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, f"The invitation is on its way to {given['email']}.")
                return redirect("admin:community_moderatorinvite_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Invite a moderator",
            "opts": self.model._meta,
            "form": form,
        }
        return TemplateResponse(request, "admin/community/invite.html", context)

    @admin.action(description="Send again with a new link, with a reason")
    def resend(self, request: HttpRequest, rows: QuerySet[ModeratorInvite]) -> HttpResponse | None:
        """The span begins anew, links before it are void."""

        def act(invite: ModeratorInvite, given: dict[str, Any]) -> None:
            resend_invite(invite=invite, days=given["days"], by=acting(request), at=clock.now())

        return self._do(request, rows, "resend", "Send again", act, form_class=ResendForm)

    @admin.action(description="Cancel, with a reason")
    def cancel(self, request: HttpRequest, rows: QuerySet[ModeratorInvite]) -> HttpResponse | None:
        """The link is void."""

        def act(invite: ModeratorInvite, given: dict[str, Any]) -> None:
            cancel_invite(invite=invite, by=acting(request), at=clock.now())

        return self._do(request, rows, "cancel", "Cancel invitation", act)

    def _do(
        self,
        request: HttpRequest,
        rows: QuerySet[ModeratorInvite],
        action: str,
        title: str,
        act: Callable[[ModeratorInvite, dict[str, Any]], None],
        form_class: type[forms.Form] = ReasonForm,
    ) -> HttpResponse | None:
        return ask_then_do(
            self, request, rows, action=action, title=title, act=act, form_class=form_class
        )


@admin.register(CommunityModerator)
class CommunityModeratorAdmin(ReadOnlyAdmin):
    """Whom creators appointed, with what ended."""

    list_display = ("user", "creator", "is_active", "created_at", "revoked_at", "revoked_by")
    list_filter = ("is_active",)
    list_select_related = ("user", "creator", "revoked_by")
    search_fields = ("user__name", "user__email", "creator__name")
    actions = ("end",)

    @admin.action(description="End the appointment, with a reason that both sides read")
    def end(self, request: HttpRequest, rows: QuerySet[CommunityModerator]) -> HttpResponse | None:
        """Both the creator and the moderator are notified."""

        def act(appointment: CommunityModerator, given: dict[str, Any]) -> None:
            end_appointment(
                appointment=appointment, by=acting(request), reason=given["reason"], at=clock.now()
            )

        return ask_then_do(self, request, rows, action="end", title="End", act=act)
