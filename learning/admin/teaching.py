"""Who teaches, and who applies to, in the admin site."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.requests import acting
from learning.actions import (
    certify_teacher,
    decide_application,
    switch_teacher,
)
from learning.admin.base import LearningAdmin
from learning.models import (
    StudentTeacher,
    TeachingApplication,
)
from peerloop.kit import clock


class CertifyForm(forms.ModelForm):
    """Certify a teacher; admins must always give the reason."""

    waiver_reason = forms.CharField(
        label="Why they may teach", max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    class Meta:
        model = StudentTeacher
        fields = ["user", "course", "waiver_reason"]


@admin.register(StudentTeacher)
class StudentTeacherAdmin(LearningAdmin):
    """Who may teach which course. Adding a row also issues the teaching certificate (CERT-6)."""

    list_display = ["user", "course", "is_active", "teaching_active", "students_taught"]
    list_display += ["rating", "certified_date", "waiver_reason"]
    list_filter = ["is_active", "teaching_active"]
    list_select_related = ["user", "course"]
    search_fields = ["user__name", "user__email", "course__title"]
    actions = ["switch_off", "switch_on"]
    raw_id_fields = ["user", "course"]
    reason_name = "waiver_reason"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only admins may certify a teacher here."""
        return bool(getattr(request.user, "is_admin", False))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Show three fields when adding a row, and all of them when viewing one."""
        if obj is None:
            kwargs |= {"form": CertifyForm, "fields": CertifyForm.Meta.fields}
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The same fields as ``get_form``."""
        return CertifyForm.Meta.fields if obj is None else super().get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Certify by the action, then copy the saved row's values into ``obj`` for the admin."""
        row = certify_teacher(
            user=obj.user,
            course=obj.course,
            by=acting(request),
            at=clock.now(),
            waiver=obj.waiver_reason,
        )
        obj.__dict__.update(row.__dict__)

    @admin.action(description="Switch off, with a reason")
    def switch_off(
        self, request: HttpRequest, rows: QuerySet[StudentTeacher]
    ) -> HttpResponse | None:
        """Withdraw the right to teach; students choose another teacher (rule TEACH-6)."""
        return self._switch(request, rows, action="switch_off", title="Switch off", active=False)

    @admin.action(description="Switch on again, with a reason")
    def switch_on(
        self, request: HttpRequest, rows: QuerySet[StudentTeacher]
    ) -> HttpResponse | None:
        """Restore the right to teach; the teaching certificate must be issued."""
        return self._switch(request, rows, action="switch_on", title="Switch on", active=True)

    def _switch(
        self,
        request: HttpRequest,
        rows: QuerySet[StudentTeacher],
        *,
        action: str,
        title: str,
        active: bool,
    ) -> HttpResponse | None:
        return self.ask(
            request,
            rows.select_related("user", "course__creator"),
            action=action,
            title=title,
            act=partial(switch_teacher, active=active),
            row_name="student_teacher",
        )


@admin.register(TeachingApplication)
class TeachingApplicationAdmin(LearningAdmin):
    """Applications to teach; an admin may decide on behalf of the creator."""

    list_display = ["user", "course", "status", "created_at", "decided_by", "decided_at"]
    list_filter = ["status"]
    list_select_related = ["user", "course", "decided_by"]
    search_fields = ["user__name", "user__email", "course__title"]
    actions = ["approve", "decline"]

    @admin.action(description="Approve, with a reason")
    def approve(
        self, request: HttpRequest, rows: QuerySet[TeachingApplication]
    ) -> HttpResponse | None:
        """Approve and certify the applicant."""
        return self._decide(request, rows, "approve", "Approve", approve=True)

    @admin.action(description="Decline, with a reason")
    def decline(
        self, request: HttpRequest, rows: QuerySet[TeachingApplication]
    ) -> HttpResponse | None:
        """Decline; the applicant sees the reason."""
        return self._decide(request, rows, "decline", "Decline", approve=False)

    def _decide(
        self,
        request: HttpRequest,
        rows: QuerySet[TeachingApplication],
        action: str,
        title: str,
        *,
        approve: bool,
    ) -> HttpResponse | None:
        return self.ask(
            request,
            rows.select_related("enrollment"),
            action=action,
            title=title,
            act=partial(decide_application, approve=approve),
            row_name="application",
        )
