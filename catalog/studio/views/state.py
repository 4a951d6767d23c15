"""Publish a course, take it off, retire, duplicate and delete it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from catalog.actions.copying import duplicate_course
from catalog.actions.drafting import delete_course
from catalog.actions.publishing import retire_course
from catalog.studio.access import studio_course
from catalog.studio.views.page import studio_page
from peerloop.kit import clock
from peerloop.kit.text import isolated


@require_safe
@login_required
def publish(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """What is missing, and what can be done with the course as a whole."""
    course = studio_course(request.user, course_id)
    can_delete = course.is_draft and course.first_published_at is None
    return studio_page(request, course, "publish", "publish", {"can_delete": can_delete})


@require_POST
@login_required
def retire(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """Retire it."""
    course = studio_course(request.user, course_id)
    retire_course(course=course, by=request.user, at=clock.now())
    messages.success(request, f"{isolated(course.title)} is retired. Those enrolled go on.")
    return redirect("studio-publish", course.pk)


@require_POST
@login_required
def duplicate(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """Begin a new course with the content of this one."""
    course = studio_course(request.user, course_id)
    copy = duplicate_course(course=course, by=request.user, at=clock.now())
    messages.success(request, "This is the copy. Only you see it until you publish it.")
    return redirect("studio", copy.pk)


@require_POST
@login_required
def delete(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """Delete a draft that was never published."""
    course = studio_course(request.user, course_id)
    delete_course(course=course, by=request.user, at=clock.now())
    messages.success(request, f"{isolated(course.title)} is deleted.")
    return redirect("create")
