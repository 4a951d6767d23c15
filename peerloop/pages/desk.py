"""The creator's desk: the students of a course as list and as CSV, and its teachers."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import visible_member_of_handle
from accounts.requests import MemberRequest
from billing.actions.removing import remove_student
from billing.queries.refund_preview import preview_cancellation
from catalog.access import own_course
from catalog.models import Course
from catalog.queries import own_courses
from learning.actions import certify_teacher, switch_teacher
from learning.models import Enrollment, StudentTeacher
from learning.queries.desk import SHOWN, students_of_course, teachers_of_course
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.inputs import IDENTIFIER
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.refusals import Invalid, Missing, Refused
from peerloop.kit.roles import roles_of
from peerloop.kit.text import isolated
from peerloop.pages.create import NotACreator
from peerloop.pages.students_csv import students_csv

A_PAGE = 30
# So many courses can be chosen from; others are reached from their studio.
MOST_COURSES = 100
LONGEST_REASON = 2_000
ASKED = require_http_methods(["GET", "HEAD", "POST"])


class WhyForm(forms.Form):
    """Why somebody is removed; they read it."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why: they read it."},
    )


class CertifyForm(forms.Form):
    """Who may teach without having taken the course, and why."""

    handle = forms.CharField(label="Handle of the member", max_length=60)
    waiver = forms.CharField(
        label="Why they know the course",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say how you know that they can teach it."},
    )


def chosen_course(request: MemberRequest) -> tuple[list[Course], Course | None]:
    """The member's courses, and the one that ``course`` names, else that with most students.

    Raises NotACreator, and Missing for a course of somebody else.
    """
    if "create" not in roles_of(request.user):
        raise NotACreator
    courses = list(own_courses(request.user)[:MOST_COURSES])
    wanted = request.GET.get("course", "")
    if not wanted:
        return courses, max(courses, key=lambda one: one.student_count, default=None)
    if not IDENTIFIER.fullmatch(wanted):
        raise Missing
    return courses, own_course(request.user, wanted)


@require_safe
@login_required
def students(request: MemberRequest) -> HttpResponse:
    """The students of one course: progress, teacher, sessions; ``show`` narrows by state."""
    courses, course = chosen_course(request)
    shown = _shown(request)
    rows = students_of_course(course, shown) if course else Enrollment.objects.none()
    page = CappedPaginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "courses": courses,
        "course": course,
        "page": page,
        "tabs": [
            (word or "all", _address("create-students", course, word), word == shown)
            for word in SHOWN
        ],
        "export": _address("create-students-export", course, shown),
    }
    return render_page(request, "pages/create_students.html", context)


@require_safe
@login_required
def export(request: MemberRequest) -> StreamingHttpResponse:
    """The same list as CSV, all of it; names that a sheet would run are made harmless."""
    _, course = chosen_course(request)
    if course is None:
        raise Missing
    rows = students_of_course(course, _shown(request))
    return students_csv(rows, name=f"students-{course.slug}")


@ASKED
@login_required
def remove(request: MemberRequest, enrollment_id: UUID) -> HttpResponse:
    """Remove a student for cause: what comes back is shown before it is confirmed."""
    rows = Enrollment.objects.select_related("student", "teacher", "course__creator")
    enrollment = rows.defer("course__search").filter(pk=enrollment_id).first()
    if enrollment is None or enrollment.course.creator_id != request.user.pk:
        raise Missing
    form = WhyForm(request.POST if request.method == "POST" else None)

    def page(status: int) -> HttpResponse:
        context = {
            "enrollment": enrollment,
            "preview": preview_cancellation(enrollment=enrollment, at=clock.now()),
            "form": form,
        }
        return render_page(request, "pages/remove_student.html", context, status=status)

    if form.is_valid():
        try:
            remove_student(
                enrollment=enrollment, by=request.user, at=clock.now(), **form.cleaned_data
            )
        except Refused as refusal:
            show_refusal(form, refusal)
            return form_again(page, refusal)
        messages.success(request, f"{isolated(enrollment.student.name)} left the course.")
        return redirect(_address("create-students", enrollment.course))
    return page(422 if form.errors else 200)


@ASKED
@login_required
def teachers(request: MemberRequest) -> HttpResponse:
    """The teachers of one course with figures, and the form that certifies by a waiver."""
    courses, course = chosen_course(request)
    form = CertifyForm(request.POST if request.method == "POST" else None)
    if course and form.is_valid():
        try:
            row = _certify(request, course, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
            return form_again(lambda code: _teachers(request, courses, course, form, code), refusal)
        messages.success(request, f"{isolated(row.user.name)} may teach this course now.")
        return redirect(_address("create-teachers", course))
    return _teachers(request, courses, course, form, 422 if form.errors else 200)


@ASKED
@login_required
def switch(request: MemberRequest, student_teacher_id: UUID) -> HttpResponse:
    """Take the right to teach away, with a reason that the teacher reads, or give it back."""
    rows = StudentTeacher.objects.select_related("user", "course__creator")
    row = rows.defer("course__search").filter(pk=student_teacher_id).first()
    if row is None or row.course.creator_id != request.user.pk:
        raise Missing
    form = WhyForm(request.POST if request.method == "POST" else None)

    def page(status: int) -> HttpResponse:
        context = {"row": row, "form": form}
        return render_page(request, "pages/switch_teacher.html", context, status=status)

    if form.is_valid():
        try:
            switch_teacher(
                student_teacher=row,
                active=not row.is_active,
                by=request.user,
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
            return form_again(page, refusal)
        messages.success(request, f"{isolated(row.user.name)} was told.")
        return redirect(_address("create-teachers", row.course))
    return page(422 if form.errors else 200)


def _certify(request: MemberRequest, course: Course, *, handle: str, waiver: str) -> StudentTeacher:
    try:
        member = visible_member_of_handle(request.user, handle.strip().removeprefix("@"))
    except Missing:
        raise Invalid.field("handle", "No member has this handle.") from None
    return certify_teacher(
        user=member, course=course, by=request.user, at=clock.now(), waiver=waiver
    )


def _teachers(
    request: MemberRequest,
    courses: list[Course],
    course: Course | None,
    form: CertifyForm,
    status: int,
) -> HttpResponse:
    rows = teachers_of_course(course) if course else StudentTeacher.objects.none()
    page = CappedPaginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"courses": courses, "course": course, "page": page, "form": form}
    return render_page(request, "pages/create_teachers.html", context, status=status)


def _shown(request: MemberRequest) -> str:
    shown = request.GET.get("show", "")
    return shown if shown in SHOWN else ""


def _address(route: str, course: Course | None, shown: str = "") -> str:
    asked = {"course": str(course.pk) if course else "", "show": shown}
    return f"{reverse(route)}?{urlencode({name: one for name, one in asked.items() if one})}"
