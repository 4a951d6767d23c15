"""Enrollments that an admin gives (rule ENR-9)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.audit.log import require_proof
from accounts.models import User
from accounts.requests import acting
from billing.actions.comps import comp_enrollment
from billing.admin.base import MoneyAdmin
from billing.models import CompEnrollment
from catalog.models import Course
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Refused


def _named(rows: QuerySet[Any], column: str, **named: Any) -> forms.ModelChoiceField:
    """A field that takes a row by its word, for there are too many to choose from."""
    return forms.ModelChoiceField(rows, to_field_name=column, widget=forms.TextInput(), **named)


class CompForm(forms.Form):
    """Who gets which course, with whom, and why."""

    student = _named(User.objects.active(), "handle", label="Handle of the student")
    course = _named(
        Course.objects.listed().select_related("creator").defer("search"),
        "slug",
        label="Address word of the course (slug)",
    )
    teacher = _named(
        User.objects.active(),
        "handle",
        label="Handle of the teacher",
        required=False,
        help_text="Empty: chosen with the first booking.",
    )
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
        help_text="Student, teacher and creator read it.",
    )


@admin.register(CompEnrollment)
class CompEnrollmentAdmin(MoneyAdmin):
    """Who was enrolled without a payment; an admin adds to it and changes nothing."""

    list_display = ["student", "course", "teacher", "status", "created_at"]
    list_filter = ["status"]
    list_select_related = ["student", "course", "teacher"]
    search_fields = ["student__name", "student__email", "course__title"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CompEnrollment]:
        """Those without a payment."""
        return super().get_queryset(request).filter(source=Enrollment.Source.COMP)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Through the form below, which is one action."""
        return True

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Enroll a member without a payment."""
        require_proof()
        form = CompForm(request.POST or None)
        if form.is_valid():
            try:
                made = comp_enrollment(by=acting(request), at=clock.now(), **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, f"{made.student} is enrolled in {made.course}.")
                return redirect("admin:billing_compenrollment_changelist")
        return self.page(request, "comp", "Enroll without payment", form=form)
