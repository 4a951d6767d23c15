"""Views of student-teachers: pause, recommend a student."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from learning.access import own_teaching, taught_enrollment
from learning.actions import pause_teaching, recommend_certificate
from learning.forms import PauseForm, RecommendForm
from peerloop.kit import clock
from peerloop.kit.htmx import next_path
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import isolated


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
