"""Enrollments, teachers, certificates and applications in the admin site.

Rows are read-only. Changes are made by the app's actions, with a reason where they affect
somebody's rights (rules ADM-1, ADM-2).
"""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ReasonForm, ask_then_do
from accounts.models import User
from accounts.requests import acting
from learning.actions import (
    certify_teacher,
    decide_application,
    decline_certificate,
    force_completion,
    issue_certificate,
    issue_pending,
    reassign_teacher,
    reinstate_certificate,
    revoke_certificate,
    switch_teacher,
    unassign_teacher,
)
from learning.models import (
    Certificate,
    CertificateEvent,
    Enrollment,
    HomeworkAssignment,
    HomeworkSubmission,
    ModuleProgress,
    Quiz,
    QuizAttempt,
    Resource,
    Review,
    StudentTeacher,
    TeacherChange,
    TeachingApplication,
)
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


class ProgressInline(HistoryInline):
    """Modules delivered in a session and modules marked complete."""

    model = ModuleProgress
    fields = ["module", "delivered_at", "is_complete", "completed_at"]


class TeacherChangeInline(HistoryInline):
    """Earlier changes of teacher, with their reasons."""

    model = TeacherChange
    fields = ["old_teacher", "new_teacher", "side", "by", "reason", "created_at"]
    readonly_fields = ["created_at"]


class CertificateEventInline(HistoryInline):
    """Who changed the certificate, when and why (rule CERT-5)."""

    model = CertificateEvent
    fields = ["from_status", "to_status", "actor", "reason", "created_at"]
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


@admin.register(Enrollment)
class EnrollmentAdmin(LearningAdmin):
    """All enrollments. They are cancelled and refunded in the refund queue."""

    list_display = ["student", "course", "teacher", "status", "progress_percent", "created_at"]
    list_filter = ["status", "source", ("created_at", admin.DateFieldListFilter)]
    list_select_related = ["student", "course", "teacher"]
    search_fields = ["student__name", "student__email", "course__title", "teacher__name"]
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


@admin.register(Certificate)
class CertificateAdmin(LearningAdmin):
    """All certificates with their history."""

    list_display = ["user", "course", "type", "status", "code", "issued_at", "auto_issue_at"]
    list_filter = ["status", "type"]
    list_select_related = ["user", "course"]
    search_fields = ["user__name", "user__email", "course__title", "code__exact"]
    inlines = [CertificateEventInline]
    actions = ["issue", "decline", "revoke", "reinstate"]

    @admin.action(description="Issue, with a reason")
    def issue(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Issue on behalf of the creator."""
        return self._decide(request, rows, "issue", "Issue", issue_pending)

    @admin.action(description="Decline, with a reason")
    def decline(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Decline on behalf of the creator; the holder sees the reason."""
        return self._decide(request, rows, "decline", "Decline", decline_certificate)

    @admin.action(description="Revoke, with a reason")
    def revoke(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Revoke: the public page shows it, and a teaching certificate ends the right to teach."""
        return self._decide(request, rows, "revoke", "Revoke", revoke_certificate)

    @admin.action(description="Reinstate, with a reason")
    def reinstate(self, request: HttpRequest, rows: QuerySet[Certificate]) -> HttpResponse | None:
        """Undo a revocation; the certificate keeps its code."""
        return self._decide(request, rows, "reinstate", "Reinstate", reinstate_certificate)

    def _decide(
        self, request: HttpRequest, rows: QuerySet[Certificate], action: str, title: str, act: Any
    ) -> HttpResponse | None:
        return self.ask(request, rows, action=action, title=title, act=act, row_name="certificate")


@admin.register(HomeworkAssignment)
class HomeworkAssignmentAdmin(ReadOnlyAdmin):
    """Homework of all courses, deleted ones too. Creators change it on its page."""

    list_display = ["title", "course", "module", "is_required", "due_days", "is_active"]
    list_filter = ["is_required", "is_active"]
    list_select_related = ["course", "module"]
    search_fields = ["course__title"]


@admin.register(HomeworkSubmission)
class HomeworkSubmissionAdmin(ReadOnlyAdmin):
    """What was handed in and answered, every version of it."""

    list_display = ["student", "assignment", "version", "status", "is_late", "points", "created_at"]
    list_filter = ["status", "is_late", "is_current"]
    list_select_related = ["student", "assignment"]
    search_fields = ["student__name", "student__email"]


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Public reviews, hidden and removed ones too. Moderators decide on them by reports."""

    list_display = ["rated", "course", "about", "rating", "status", "created_at"]
    list_filter = ["about", "status"]
    list_select_related = ["rated", "course"]
    search_fields = ["rated__name", "rated__email", "course__title"]


@admin.register(Resource)
class ResourceAdmin(ReadOnlyAdmin):
    """Resources of all courses; a file is taken down in the list of files."""

    list_display = ["name", "course", "module", "type", "download_count", "created_at"]
    list_filter = ["type"]
    list_select_related = ["course", "module"]
    search_fields = ["course__title"]


@admin.register(Quiz)
class QuizAdmin(ReadOnlyAdmin):
    """Quizzes of all courses, deleted ones too."""

    list_display = ["title", "course", "module", "question_count", "is_required", "is_active"]
    list_filter = ["is_required", "is_active"]
    list_select_related = ["course", "module"]
    search_fields = ["course__title"]


@admin.register(QuizAttempt)
class QuizAttemptAdmin(ReadOnlyAdmin):
    """What students answered, and how it was marked."""

    list_display = ["student", "quiz", "number", "status", "right", "total", "is_passed"]
    list_filter = ["status", "is_passed"]
    list_select_related = ["student", "quiz"]
    search_fields = ["student__name", "student__email"]


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
