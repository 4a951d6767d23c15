"""The form of the admin site that sets up a session for a student and a teacher."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.audit.admin_pages import ReadOnlyAdmin
from accounts.audit.log import require_proof
from accounts.models import User
from accounts.requests import acting
from catalog.models import Course
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.formats import Moment
from peerloop.kit.periods import instant_of
from peerloop.kit.refusals import Refused
from scheduling.actions.arranging import arrange_session
from scheduling.forms_hours import WallTimeField
from scheduling.models import Session
from scheduling.queries.free_times import zone_for


class ArrangeForm(forms.Form):
    """Who meets whom, in which course, when, and why."""

    student = forms.ModelChoiceField(
        User.objects.active(),
        to_field_name="handle",
        widget=forms.TextInput(),
        label="Handle of the student",
    )
    course = forms.ModelChoiceField(
        Course.objects.defer("search"),
        to_field_name="slug",
        widget=forms.TextInput(),
        label="Address word of the course (slug)",
    )
    teacher = forms.ModelChoiceField(
        User.objects.active(),
        to_field_name="handle",
        widget=forms.TextInput(),
        label="Handle of the teacher",
        required=False,
        help_text="Empty: the teacher of the enrollment.",
    )
    day = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    wall = WallTimeField(label="Start", help_text="On the clock of the student.")
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
        help_text="Both read it in their mail.",
    )

    def clean(self) -> dict[str, Any]:
        """Find the enrollment, and the instant on the student's clock."""
        given = super().clean() or {}
        student, course = given.get("student"), given.get("course")
        if student is None or course is None:
            return given
        active = Enrollment.objects.active().filter(student=student, course=course)
        given["enrollment"] = active.select_related("student", "course", "teacher").first()
        if given["enrollment"] is None:
            self.add_error("course", "This student is not enrolled in this course.")
        day, wall = given.get("day"), given.get("wall")
        if day is not None and wall is not None:
            given["start"] = _instant(day, wall, zone_for(student))
            if given["start"] is None:
                self.add_error("wall", "There is no such time on the clock of the student.")
        return given


def _instant(day: Any, wall: int, zone: ZoneInfo) -> datetime | None:
    if not 2000 <= day.year <= 2100 or wall >= 1440:
        return None
    return instant_of(day, time(wall // 60, wall % 60), zone)


class ArrangingAdmin(ReadOnlyAdmin):
    """Sessions are added by one form, which is one action, and edited by none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Through the form below."""
        return True

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Set up a session for a pair."""
        require_proof()
        form = ArrangeForm(request.POST or None)
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = arrange_session(
                    enrollment=given["enrollment"],
                    teacher=given["teacher"],
                    start=given["start"],
                    reason=given["reason"],
                    by=acting(request),
                    at=clock.now(),
                )
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _done(made))
                return redirect("admin:scheduling_session_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Set up a session",
            "opts": self.model._meta,
            "form": form,
        }
        return TemplateResponse(request, "admin/scheduling/arrange.html", context)


def _done(session: Session) -> str:
    when = Moment(session.scheduled_start, zone_for(session.student), clock.now())
    return f"{session.student} meets {session.teacher} on {when.datetime} ({when.zone_label})."
