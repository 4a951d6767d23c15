"""Applying to teach a course, with what it takes and what of that is done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from billing.money import session_share
from catalog.models import Course
from learning.access import course_to_teach
from learning.actions import apply_to_teach
from learning.actions.applications import CourseNotCompleted
from learning.forms import ApplyForm
from learning.queries import teaching_status
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Refused
from peerloop.kit.text import isolated
from peerloop.pages.free_times import bookable_at


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
    name = isolated(course.creator.name)
    messages.success(request, f"{name} was told. The answer comes by mail.")
    return redirect("teach-apply", course.slug)


def _apply_page(
    request: MemberRequest, course: Course, form: ApplyForm, *, status: int = 200
) -> HttpResponse:
    user, at = request.user, clock.now()
    standing = teaching_status(user, course)
    context = {
        "course": course,
        "standing": standing,
        "again_at": standing.again_at(at),
        "free_at": bookable_at(user, minutes=course.session_minutes, at=at),
        "share_cents": session_share(
            course.price_cents, course.modules.filter(archived_at=None).count()
        ),
        "form": form,
    }
    return render(request, "pages/apply.html", context, status=status)
