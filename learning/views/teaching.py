"""Views of student-teachers: apply to teach, pause, recommend a student."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from catalog.models import Course
from learning.access import course_to_teach, own_teaching, taught_enrollment
from learning.actions import apply_to_teach, pause_teaching, recommend_certificate
from learning.actions.applications import CourseNotCompleted
from learning.forms import ApplyForm, PauseForm, RecommendForm
from learning.queries import teaching_status
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.htmx import next_path
from peerloop.kit.refusals import Invalid, Refused
from peerloop.kit.text import isolated


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def apply(request: MemberRequest, slug: str) -> HttpResponse:
    """Apply to teach a course; shows the requirements and the status of the application."""
    course = course_to_teach(request.user, slug)
    form = ApplyForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _apply_page(request, course, form)
    if not form.is_valid():
        return _apply_page(request, course, form, status=422)
    standing = teaching_status(request.user, course)
    try:
        if standing.enrollment is None:
            raise CourseNotCompleted
        apply_to_teach(
            enrollment=standing.enrollment,
            message=form.cleaned_data["message"],
            by=request.user,
            at=clock.now(),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return _apply_page(request, course, form, status=refusal.status)
    messages.success(
        request, f"{isolated(course.creator.name)} was told. The answer comes by mail."
    )
    return redirect("teach-apply", course.slug)


@require_POST
@login_required
def pause(request: MemberRequest, student_teacher_id: UUID) -> HttpResponse:
    """Pause or resume teaching one course."""
    row = own_teaching(request.user, student_teacher_id)
    form = PauseForm(request.POST)
    if not form.is_valid():
        raise Invalid.field("paused", "Say 1 to pause or 0 to go on.")
    paused = form.cleaned_data["paused"]
    pause_teaching(student_teacher=row, paused=paused, by=request.user, at=clock.now())
    outcome = "is paused. Booked sessions stay." if paused else "is open for booking again."
    messages.success(request, f"Teaching {isolated(row.course.title)} {outcome}")
    return redirect(next_path(request, default="teach"))


@require_POST
@login_required
def recommendation(request: MemberRequest, enrollment_id: UUID) -> HttpResponse:
    """Recommend a student for a certificate."""
    enrollment = taught_enrollment(request.user, enrollment_id)
    form = RecommendForm(request.POST)
    if not form.is_valid():
        raise Invalid.field("type", "Recommend completion or mastery.")
    certificate = recommend_certificate(
        enrollment=enrollment, type=form.cleaned_data["type"], by=request.user, at=clock.now()
    )
    messages.success(
        request,
        f"{isolated(enrollment.course.creator.name)} was asked for the {certificate.type} "
        f"certificate of {isolated(enrollment.student.name)}.",
    )
    return redirect(next_path(request, default="teach-students"))


def _apply_page(
    request: MemberRequest, course: Course, form: ApplyForm, *, status: int = 200
) -> HttpResponse:
    standing = teaching_status(request.user, course)
    context: dict[str, Any] = {
        "course": course,
        "standing": standing,
        "again_at": standing.again_at(clock.now()),
        "form": form,
    }
    return render(request, "learning/apply.html", context, status=status)
