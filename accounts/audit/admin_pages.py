"""Base of all pages of the admin site: each change asks why, and writes the audit log (ADM-2).

``AuditedAdmin`` writes an entry for what a form changed, ``ask_then_do`` for an action that wrote
none itself. Inside the admin site ``record`` takes no entry without a reason, and every request
that may change something needs a fresh sign-in (peerloop/admin_site.py).
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.audit.admin_export import MOST_ROWS, exported
from accounts.audit.log import because, record, require_proof
from accounts.requests import acting
from peerloop.kit import clock
from peerloop.kit.admin_lists import ListAdmin
from peerloop.kit.refusals import Refused

MOST_AT_ONCE = 100
REASON = "audit_reason"


def reason_field(**named: Any) -> forms.CharField:
    """Why an admin does this; it goes into the audit log."""
    return forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea({"rows": 3, "cols": 60}), **named
    )


class ReasonForm(forms.Form):
    """Why an admin does this; it goes into the audit log."""

    reason = reason_field()


class AuditedAdmin(ListAdmin):
    """Rows that admins may edit in a form, with a reason; what was changed is audited.

    Nothing is deleted here: an action with a reason does it where rows may go.
    """

    # A field of the form that holds the reason; else one is added.
    reason_name = REASON

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By an action only, which asks why."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """With the list as CSV."""
        options = self.model._meta
        export = path(
            "export/",
            self.admin_site.admin_view(self.export),
            name=f"{options.app_label}_{options.model_name}_export",
        )
        return [export, *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Ask why, then send the list as CSV, as far as its filters show it."""
        options = self.model._meta
        address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        try:
            shown = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return redirect(address)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            return exported(request, shown, reason=form.cleaned_data["reason"])
        context = {
            **self.admin_site.each_context(request),
            "title": f"Export {options.verbose_name_plural}",
            "number": min(shown.paginator.count, MOST_ROWS),
            "is_cut": shown.paginator.count > MOST_ROWS,
            "back": f"{address}?{request.GET.urlencode()}" if request.GET else address,
            "form": form,
            "opts": options,
        }
        return TemplateResponse(request, "admin/accounts/export.html", context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Ask for a fresh sign-in before the form is filled in, not only when it is sent."""
        if self.has_add_permission(request) if object_id is None else self._may_change(request):
            require_proof()
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """With a field for the reason."""
        if self._asks_why(request, obj):
            given = kwargs.get("form", self.form)
            kwargs["form"] = type(given.__name__, (given,), {REASON: reason_field()})
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the reason at the end."""
        found = super().get_fieldsets(request, obj)
        if not self._asks_why(request, obj):
            return found
        return [*found, ("Why", {"fields": (REASON,)})]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The model's own: the reason has a fieldset of its own."""
        return [name for name in super().get_fields(request, obj) if name != REASON]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Keep what the entry needs: Django hands on its message only."""
        request.audited_form = form  # type: ignore[attr-defined]
        return super().save_form(request, form, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Django's line, and ours."""
        self._record(request, obj, "added", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The same for a change."""
        self._record(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    def _record(self, request: HttpRequest, obj: Any, what: str, message: Any) -> None:
        form = request.audited_form  # type: ignore[attr-defined]
        own = [name for name in form.changed_data if name not in (REASON, self.reason_name)]
        beside = [part for part in message if "name" in next(iter(part.values()), {})]
        if what == "changed" and not own and not beside:
            # A form that was sent without a change is no act.
            return
        record(
            actor=acting(request),
            action=f"{obj._meta.model_name}.{what}",
            subject=obj,
            before={name: _plain(form.initial.get(name)) for name in own if what == "changed"},
            after={name: _plain(form.cleaned_data.get(name)) for name in own}
            | ({"beside": beside} if beside else {}),
            reason=form.cleaned_data[self.reason_name],
            at=clock.now(),
        )

    def _asks_why(self, request: HttpRequest, obj: Any) -> bool:
        is_edited = self.has_add_permission(request) if obj is None else self._may_change(request)
        return is_edited and self.reason_name == REASON

    def _may_change(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)


class ReadOnlyAdmin(AuditedAdmin):
    """Rows to look at; what changes them are actions, which write the audit log."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from the product."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No field is edited by hand."""
        return False


def ask_then_do(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    action: str,
    title: str,
    act: Callable[[Any, dict[str, Any]], object],
    form_class: type[forms.Form] = ReasonForm,
) -> HttpResponse | None:
    """Confirmation page of an admin action: shows the rows and asks, then acts on each.

    ``act`` gets the row and the form's values. An act that writes no entry of its own gets one.
    """
    chosen = list(rows[:MOST_AT_ONCE])
    form = form_class(request.POST if "apply" in request.POST else None)
    if form.is_valid():
        done = _do_each(request, action, chosen, form.cleaned_data, act)
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


def _do_each(
    request: HttpRequest,
    action: str,
    rows: list[Model],
    given: dict[str, Any],
    act: Callable[[Any, dict[str, Any]], object],
) -> int:
    """Act on each row by itself; refusals are shown and stop none of the others."""
    done = 0
    for row in rows:
        try:
            with because(given["reason"]) as entries:
                act(row, given)
                if not entries:
                    record(
                        actor=acting(request),
                        action=f"{row._meta.model_name}.{action}",
                        subject=row,
                        at=clock.now(),
                    )
        except Refused as refusal:
            messages.error(request, f"{row}: {refusal.message}")
        else:
            done += 1
    return done


def _plain(value: Any) -> Any:
    """A form's value as JSON holds it; a row by its key."""
    if isinstance(value, Model):
        return str(value.pk)
    return value if isinstance(value, bool | int | str | None) else str(value)
