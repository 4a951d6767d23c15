"""What the lists of this app share: read-only rows, and acts that ask for a reason."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ReasonForm, ask_then_do
from peerloop.kit import clock


class HistoryInline(admin.TabularInline):
    """Read-only rows that record what happened."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No: the app's actions write these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No: a record is never edited."""
        return False


class LearningAdmin(ReadOnlyAdmin):
    """A read-only list whose selected rows can be changed by an action with a reason."""

    def ask(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        *,
        action: str,
        title: str,
        act: Any,
        row_name: str,
        form_class: type[forms.Form] = ReasonForm,
    ) -> HttpResponse | None:
        """Show ``form_class`` for the selected rows, then run ``act`` on each row separately."""

        def run(row: Model, given: dict[str, Any]) -> None:
            act(**{row_name: row}, **given, by=request.user, at=clock.now())

        return ask_then_do(
            self,
            request,
            rows,
            action=action,
            title=title,
            form_class=form_class,
            act=run,
        )
