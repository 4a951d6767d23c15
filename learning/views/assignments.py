"""A creator's homework of a course: the list, a new one, one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from catalog.models import Course
from learning.access import assignment_to_manage, course_of_creator
from learning.actions import edit_homework, remove_homework, set_homework
from learning.forms_homework import AssignmentForm
from learning.models import HomeworkAssignment
from learning.queries import assignments_of
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@login_required
def course_homework(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """The homework of a course, and a form that adds some."""
    course = course_of_creator(request.user, course_id)
    if request.method != "POST":
        return _list(request, course, AssignmentForm(course))
    form = AssignmentForm(course, request.POST)
    try:
        if form.is_valid():
            set_homework(course=course, by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(request, "The homework is set. Everybody who takes the course has it.")
            return redirect("course-homework", course.pk)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _list(request, course, form, status), refusal)
    return _list(request, course, form, 422)


@ASKED
@login_required
def edit(request: MemberRequest, course_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Change one piece of homework."""
    row = assignment_to_manage(request.user, course_id, assignment_id)
    if request.method != "POST":
        return _one(request, row, AssignmentForm(row.course, initial=_values(row)))
    form = AssignmentForm(row.course, request.POST)
    try:
        if form.is_valid():
            edit_homework(assignment=row, by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(request, "The homework is saved.")
            return redirect("course-homework", row.course_id)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _one(request, row, form, status), refusal)
    return _one(request, row, form, 422)


@require_POST
@login_required
def remove(request: MemberRequest, course_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Delete one piece of homework; what was handed in is kept."""
    row = assignment_to_manage(request.user, course_id, assignment_id)
    remove_homework(assignment=row, by=request.user, at=clock.now())
    messages.success(request, "The homework is deleted.")
    return redirect("course-homework", row.course_id)


def _values(row: HomeworkAssignment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in AssignmentForm.base_fields}


def _list(
    request: MemberRequest, course: Course, form: AssignmentForm, status: int = 200
) -> HttpResponse:
    context = {"course": course, "assignments": assignments_of(course), "form": form}
    return render(request, "learning/course_homework.html", context, status=status)


def _one(
    request: MemberRequest, row: HomeworkAssignment, form: AssignmentForm, status: int = 200
) -> HttpResponse:
    context = {"course": row.course, "assignment": row, "form": form}
    return render(request, "learning/edit_homework.html", context, status=status)
