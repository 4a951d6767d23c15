"""Admin pages of points: the ledger with corrections, sums, and who gives whom how much."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.audit.admin_pages import ReadOnlyAdmin
from accounts.audit.log import require_proof
from accounts.models import User
from accounts.requests import acting
from goodwill.models import GoodwillPair, GoodwillTransaction, UserGoodwill
from goodwill.models.movement import MOST_CORRECTED
from goodwill.points.actions.correcting import correct_goodwill
from goodwill.points.rings import rings
from peerloop.kit import clock
from peerloop.kit.refusals import Refused


class CorrectForm(forms.Form):
    """Whose points, how many, and why."""

    member = forms.ModelChoiceField(
        User.objects.none(), widget=forms.TextInput(), label="Member id"
    )
    points = forms.IntegerField(
        min_value=-MOST_CORRECTED,
        max_value=MOST_CORRECTED,
        help_text="With a minus they are taken from the balance.",
    )
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
        help_text="The member reads it.",
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["member"].queryset = User.objects.active()  # type: ignore[attr-defined]


@admin.register(GoodwillTransaction)
class GoodwillTransactionAdmin(ReadOnlyAdmin):
    """The ledger; an admin adds corrections to it and changes nothing."""

    list_display = ["user", "type", "points", "reason", "counterparty", "cause", "created_at"]
    list_filter = ["type", "reason"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user", "counterparty"]
    ordering = ["-id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Through the form below, which is one action."""
        return True

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Correct a member's points."""
        require_proof()
        form = CorrectForm(request.POST or None)
        if form.is_valid():
            given = form.cleaned_data
            try:
                row = correct_goodwill(
                    member=given["member"],
                    points=given["points"],
                    reason=given["reason"],
                    by=acting(request),
                    at=clock.now(),
                )
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, f"{row.user}: corrected by {given['points']} points.")
                return redirect("admin:goodwill_goodwilltransaction_changelist")
        frame = {
            **self.admin_site.each_context(request),
            "title": "Correct a member's points",
            "opts": self.model._meta,
            "form": form,
        }
        return TemplateResponse(request, "admin/goodwill/correct.html", frame)


@admin.register(UserGoodwill)
class UserGoodwillAdmin(ReadOnlyAdmin):
    """What each member has."""

    list_display = ["user", "total_earned", "spent", "balance", "tier", "last_day"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user"]
    ordering = ["-user"]


@admin.register(GoodwillPair)
class GoodwillPairAdmin(ReadOnlyAdmin):
    """Who gave whom how much. Above the list, those who give each other or in a circle of three."""

    list_display = ["giver", "receiver", "points", "awards", "mutual", "last_at"]
    search_fields = ["giver__name", "receiver__name"]
    list_select_related = ["giver", "receiver"]
    ordering = ["-points", "-last_at"]
    change_list_template = "admin/goodwill/pairs.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list with the report."""
        return super().changelist_view(request, {**(extra_context or {}), "report": rings()})
