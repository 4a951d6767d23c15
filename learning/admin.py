"""Enrollments, teachers, certificates and applications in the admin site.

Nothing is edited by hand: each act is one action of the app, with a reason where it touches
somebody's rights (rules ADM-1, ADM-2).
"""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.requests import acting
from learning.actions import (
    certify_teacher,
    decide_application,
    decline_certificate,
    force_completion,
    issue_certificate,
    issue_pending,
    leave_teacher,
    reinstate_certificate,
    revoke_certificate,
    switch_teacher,
)
from learning.models import (
    Certificate,
    CertificateEvent,
    Enrollment,
    ModuleProgress,
    StudentTeacher,
    TeacherChange,
    TeachingApplication,
)
from peerloop.kit import clock
from peerloop.kit.admin import ReadOnlyAdmin, ReasonForm, ask_then_do


class HistoryInline(admin.TabularInline):
    """Rows that tell what happened; only to read."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Written by the product."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never edited."""
        return False


class ProgressInline(HistoryInline):
    """Sessions held and modules marked."""

    model = ModuleProgress
    fields = ["module", "delivered_at", "is_complete", "completed_at"]


class TeacherChangeInline(HistoryInline):
    """Who taught before, and why no more."""

    model = TeacherChange
    fields = ["old_teacher", "new_teacher", "side", "by", "reason", "created_at"]
    readonly_fields = ["created_at"]


class CertificateEventInline(HistoryInline):
    """Who changed the certificate, when and why (rule CERT-5)."""

    model = CertificateEvent
    fields = ["from_status", "to_status", "actor", "reason", "created_at"]
    readonly_fields = ["created_at"]


class IssueForm(ReasonForm):
    """Which certificate, and why an admin gives it."""

    type = forms.ChoiceField(choices=Certificate.Type.choices)
    field_order = ("type", "reason")


class LearningAdmin(ReadOnlyAdmin):
    """Rows whose selection can be acted on with a reason."""

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
        """Ask for what the form holds, then run the action on each row for itself."""

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


@admin.register(Enrollment)
class EnrollmentAdmin(LearningAdmin):
    """All enrollments. Cancelling and refunds are in the refund queue."""

    list_display = ["student", "course", "teacher", "status", "progress_percent", "created_at"]
    list_filter = ["status", "source", ("created_at", admin.DateFieldListFilter)]
    list_select_related = ["student", "course", "teacher"]
    search_fields = ["student__name", "student__email", "course__title", "teacher__name"]
    inlines = [ProgressInline, TeacherChangeInline]
    actions = ["issue", "force_completed", "unassign"]

    @admin.action(description="Issue a certificate, with a reason")
    def issue(self, request: HttpRequest, rows: QuerySet[Enrollment]) -> HttpResponse | None:
        """By hand, in the creator's place."""
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
        """As if all sessions were held (rule LEARN-3)."""
        return self.ask(
            request,
            rows,
            action="force_completed",
            title="Declare completed",
            act=force_completion,
            row_name="enrollment",
        )

    @admin.action(description="Take the teacher away, with a reason")
    def unassign(self, request: HttpRequest, rows: QuerySet[Enrollment]) -> HttpResponse | None:
        """The student picks another with the next booking."""
        return self.ask(
            request,
            rows,
            action="unassign",
            title="Take the teacher away",
            act=leave_teacher,
            row_name="enrollment",
        )


class CertifyForm(forms.ModelForm):
    """Certify somebody by hand: admins always write why."""

    waiver_reason = forms.CharField(
        label="Why they may teach", max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    class Meta:
        model = StudentTeacher
        fields = ["user", "course", "waiver_reason"]


@admin.register(StudentTeacher)
class StudentTeacherAdmin(LearningAdmin):
    """Who may teach what. Adding one certifies: certificate and row in one act (rule CERT-6)."""

    list_display = ["user", "course", "is_active", "teaching_active", "students_taught"]
    list_display += ["rating", "certified_date", "waiver_reason"]
    list_filter = ["is_active", "teaching_active"]
    list_select_related = ["user", "course"]
    search_fields = ["user__name", "user__email", "course__title"]
    actions = ["switch_off", "switch_on"]
    autocomplete_fields = ["user", "course"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Admins certify."""
        return bool(getattr(request.user, "is_admin", False))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Three fields to certify; all of them to look at."""
        if obj is None:
            kwargs |= {"form": CertifyForm, "fields": CertifyForm.Meta.fields}
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """As ``get_form``."""
        return CertifyForm.Meta.fields if obj is None else super().get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Certify through the action; the form's row takes the values of the one made."""
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
        """Their students choose another teacher (rule TEACH-6)."""
        return self._switch(request, rows, action="switch_off", title="Switch off", active=False)

    @admin.action(description="Switch on again, with a reason")
    def switch_on(
        self, request: HttpRequest, rows: QuerySet[StudentTeacher]
    ) -> HttpResponse | None:
        """Needs the certificate to be issued."""
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


@admin.register(Certificate)
class CertificateAdmin(LearningAdmin):
    """All certificates with their history."""

    list_display = ["user", "course", "type", "status", "code", "issued_at", "auto_issue_at"]
    list_filter = ["status", "type"]
    list_select_related = ["user", "course"]
    search_fields = ["user__name", "user__email", "course__title", "code"]
    inlines = [CertificateEventInline]
    actions = ["issue", "decline", "revoke", "reinstate"]

    @admin.action(description="Issue, with a reason")
    def issue(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """In the creator's place."""
        return self._decide(request, rows, "issue", "Issue", issue_pending)

    @admin.action(description="Decline, with a reason")
    def decline(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """In the creator's place; the holder reads the reason."""
        return self._decide(request, rows, "decline", "Decline", decline_certificate)

    @admin.action(description="Revoke, with a reason")
    def revoke(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Its public page says so from then on; teaching ends with it."""
        return self._decide(request, rows, "revoke", "Revoke", revoke_certificate)

    @admin.action(description="Reinstate, with a reason")
    def reinstate(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """The same code counts again."""
        return self._decide(request, rows, "reinstate", "Reinstate", reinstate_certificate)

    def _decide(
        self, request: HttpRequest, rows: QuerySet[Certificate], action: str, title: str, act: Any
    ) -> HttpResponse | None:
        return self.ask(request, rows, action=action, title=title, act=act, row_name="certificate")


@admin.register(TeachingApplication)
class TeachingApplicationAdmin(LearningAdmin):
    """Applications to teach; an admin may decide in the creator's place."""

    list_display = ["user", "course", "status", "created_at", "decided_by", "decided_at"]
    list_filter = ["status"]
    list_select_related = ["user", "course", "decided_by"]
    search_fields = ["user__name", "user__email", "course__title"]
    actions = ["approve", "decline"]

    @admin.action(description="Approve, with a reason")
    def approve(
        self, request: HttpRequest, rows: QuerySet[TeachingApplication]
    ) -> HttpResponse | None:
        """Certifies at once."""
        return self._decide(request, rows, "approve", "Approve", approve=True)

    @admin.action(description="Decline, with a reason")
    def decline(
        self, request: HttpRequest, rows: QuerySet[TeachingApplication]
    ) -> HttpResponse | None:
        """The applicant reads the reason."""
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
