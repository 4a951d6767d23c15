"""Base of admin pages: rows are read only, actions ask for a reason."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from peerloop.kit.admin_lists import ListAdmin
from peerloop.kit.refusals import Refused

MOST_AT_ONCE = 100


class ReadOnlyAdmin(ListAdmin):
    """Rows to look at; what changes them are actions, which write the audit log."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from the product."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No field is edited by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here."""
        return False


class ReasonForm(forms.Form):
    """Why an admin does this; it goes into the audit log."""

    reason = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea({"rows": 3, "cols": 60})
    )


def ask_then_do(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    action: str,
    title: str,
    form_class: type[forms.Form],
    act: Callable[[Any, dict[str, Any]], object],
) -> HttpResponse | None:
    """Confirmation page of an admin action: shows the rows and asks, then acts on each."""
    chosen = list(rows[:MOST_AT_ONCE])
    form = form_class(request.POST if "apply" in request.POST else None)
    if form.is_valid():
        done = do_each(request, chosen, lambda row: act(row, form.cleaned_data))
        if done:
            messages.success(request, f"{title}: {done} done.")
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "rows": chosen,
        "form": form,
        "action": action,
        "opts": model_admin.model._meta,
    }
    return TemplateResponse(request, "admin/accounts/ask.html", context)


def do_each(request: HttpRequest, rows: list[Model], act: Callable[[Any], object]) -> int:
    """Act on each row by itself; refusals are shown and stop none of the others."""
    done = 0
    for row in rows:
        try:
            act(row)
        except Refused as refusal:
            messages.error(request, f"{row}: {refusal.message}")
        else:
            done += 1
    return done
