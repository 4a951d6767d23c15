"""The creator's home: their courses with status, and what needs their decision."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from catalog.access import own_course
from catalog.actions.publishing import (
    missing_for_publication,
    publish_course,
    unpublish_course,
)
from catalog.models import Course
from catalog.queries import own_courses, students_in_courses_of
from learning.queries import waiting_applications, waiting_certificates
from peerloop.kit import clock
from peerloop.kit.counting import count_up_to
from peerloop.kit.htmx import next_path, render_page
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.refusals import Forbidden, Invalid
from peerloop.kit.roles import roles_of
from peerloop.kit.text import isolated

COURSES_A_PAGE = 20


class NotACreator(Forbidden):
    """The member is not a creator and has no course."""

    code = "no_creator"
    message = "This page is for creators. You can apply to become one."
    way_in = ("Apply as a creator", "apply-to-create")


@require_safe
@login_required
def home(request: MemberRequest) -> HttpResponse:
    """The creator's courses, newest first, and the number of pending decisions."""
    user = request.user
    if "create" not in roles_of(user):
        raise NotACreator
    courses = CappedPaginator(own_courses(user), COURSES_A_PAGE).get_page(request.GET.get("page"))
    waiting = (waiting_certificates(user), waiting_applications(user))
    for course in courses:
        course.creator = user  # as read already
    context = {
        "courses": courses,
        "rows": [(course, _missing(course)) for course in courses],
        "students": students_in_courses_of(user),
        "waiting": sum(count_up_to(rows) for rows in waiting),
        "is_paid": is_payable(user),
        "is_approved": user.is_creator,
    }
    return render_page(request, "pages/create_home.html", context)


@require_POST
@login_required
def publication(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """Publish the course if ``publish`` is 1, unpublish it if 0."""
    course, at = own_course(request.user, course_id), clock.now()
    wanted, title = request.POST.get("publish"), isolated(course.title)
    if wanted == "1":
        publish_course(course=course, by=request.user, at=at)
        messages.success(request, f"{title} is published.")
    elif wanted == "0":
        unpublish_course(course=course, by=request.user, at=at)
        messages.success(request, f"{title} is a draft again. Those enrolled go on.")
    else:
        raise Invalid.field("publish", "Say 1 to publish or 0 to take it off the catalog.")
    return redirect(next_path(request, "create"))


def _missing(course: Course) -> str:
    """What a course that is not listed lacks before it can be, as words."""
    if course.is_published:
        return ""
    found = missing_for_publication(course, modules=course.module_count)  # type: ignore[attr-defined]
    return ", ".join(item["needs"] for item in found)


def is_payable(user: User) -> bool:
    """Whether the member can be paid out (rule CAT-3 requires it before publishing)."""
    return user.stripe_payouts_enabled and user.stripe_account_status == User.PayoutAccount.ACTIVE
