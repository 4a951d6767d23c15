"""Following a course from its page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from catalog.access import followable_course, listed_course
from catalog.actions.following import follow_course, unfollow_course
from catalog.models import Course
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Invalid


@require_POST
@login_required
def follow(request: MemberRequest, slug: str) -> HttpResponse:
    """Follow the course if ``follow`` is 1, unfollow it if it is 0."""
    wanted = request.POST.get("follow")
    if wanted == "1":
        course: Course = listed_course(slug)
        follow_course(course=course, by=request.user)
    elif wanted == "0":
        course = followable_course(request.user, slug)
        unfollow_course(course=course, by=request.user)
    else:
        raise Invalid.field("follow", "Say 1 to follow or 0 to stop.")
    if request.htmx:
        context = {"slug": course.slug, "is_following": wanted == "1"}
        return render_page(request, "catalog/_follow.html", context)
    return redirect("course", course.slug)
