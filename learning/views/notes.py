"""The teaching notes of a course, for its teachers."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from catalog.queries import modules_to_teach
from learning.access import course_with_notes


@require_safe
@login_required
def teaching_notes(request: MemberRequest, slug: str) -> HttpResponse:
    """What the creator tells the teachers about each module."""
    course = course_with_notes(request.user, slug)
    context = {"course": course, "modules": modules_to_teach(course)}
    return render(request, "learning/teaching_notes.html", context)
