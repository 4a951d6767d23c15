"""Enrollments in the admin site: complete, give another teacher, issue a certificate."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReasonForm
from accounts.models import User
from learning.actions import (
    force_completion,
    issue_certificate,
    reassign_teacher,
    unassign_teacher,
)
from learning.admin.base import HistoryInline, LearningAdmin
from learning.models import (
    Certificate,
    Enrollment,
    ModuleProgress,
    TeacherChange,
)


class ProgressInline(HistoryInline):
    """Modules delivered in a session and modules marked complete."""

    model = ModuleProgress
    fields = ["module", "delivered_at", "is_complete", "completed_at"]


class TeacherChangeInline(HistoryInline):
    """Earlier changes of teacher, with their reasons."""

    model = TeacherChange
    fields = ["old_teacher", "new_teacher", "side", "by", "reason", "created_at"]
    readonly_fields = ["created_at"]


class IssueForm(ReasonForm):
    """The type of certificate and the reason why an admin issues it."""

    type = forms.ChoiceField(choices=Certificate.Type.choices)
    field_order = ("type", "reason")


class ReassignForm(ReasonForm):
    """Who teaches from now on, and why; the student and both teachers read it."""

    teacher = forms.ModelChoiceField(
        queryset=User.objects.active(),
        to_field_name="handle",
        widget=forms.TextInput(),
        label="Handle of the new teacher",
    )
    field_order = ("teacher", "reason")


@admin.register(Enrollment)
class EnrollmentAdmin(LearningAdmin):
    """All enrollments. They are cancelled and refunded in the refund queue."""

    list_display = ["student", "course", "teacher", "status", "progress_percent", "created_at"]
    list_filter = ["status", "source", ("created_at", admin.DateFieldListFilter)]
    list_select_related = ["student", "course", "teacher"]
    search_fields = ["student__name", "student__email", "course__title", "teacher__name"]
    place_in_search = 30
    inlines = [ProgressInline, TeacherChangeInline]
    actions = ["issue", "force_completed", "reassign", "unassign"]

    @admin.action(description="Issue a certificate, with a reason")
    def issue(self, request: HttpRequest, rows: QuerySet[Enrollment]) -> HttpResponse | None:
        """Issue a certificate on behalf of the creator."""
        return self.ask(
            request,
            rows,
            action="issue",
            title="Issue a certificate",
            act=issue_certificate,
            row_name="enrollment",
            form_class=IssueForm,
        )

    @admin.action(description="Declare completed, with a reason")
    def force_completed(
        self, request: HttpRequest, rows: QuerySet[Enrollment]
    ) -> HttpResponse | None:
        """Complete the enrollment as if all sessions had been held (rule LEARN-3)."""
        return self.ask(
            request,
            rows,
            action="force_completed",
            title="Declare completed",
            act=force_completion,
            row_name="enrollment",
        )

    @admin.action(description="Give another teacher, with a reason")
    def reassign(self, request: HttpRequest, rows: QuerySet[Enrollment]) -> HttpResponse | None:
        """Sessions ahead with the old teacher are cancelled; all three are told."""
        return self.ask(
            request,
            rows,
            action="reassign",
            title="Give another teacher",
            act=reassign_teacher,
            row_name="enrollment",
            form_class=ReassignForm,
        )

    @admin.action(description="Take the teacher away, with a reason")
    def unassign(self, request: HttpRequest, rows: QuerySet[Enrollment]) -> HttpResponse | None:
        """Unassign the teacher; the student picks another with the next booking."""
        return self.ask(
            request,
            rows,
            action="unassign",
            title="Take the teacher away",
            act=unassign_teacher,
            row_name="enrollment",
        )
