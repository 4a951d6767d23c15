"""The cover: upload one, or have one drawn."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.files.purposes import LARGEST_PICTURE
from accounts.requests import MemberRequest
from catalog.actions.covers import change_cover, draw_cover
from catalog.models import Course
from catalog.studio.access import studio_course
from catalog.studio.forms import CoverForm
from catalog.studio.views.page import studio_page
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.markup.drawing import cover_file
from peerloop.kit.pictures import drawn_cover_url, drawn_seed
from peerloop.kit.refusals import Missing, Refused
from peerloop.kit.uploads import takes_upload

FOR_EVER = "public, max-age=31536000, immutable"


@takes_upload(LARGEST_PICTURE)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cover(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """The cover as it is; another picture with POST."""
    course = studio_course(request.user, course_id)
    if request.method != "POST":
        return _page(request, course, CoverForm())
    form = CoverForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, course, form, 422)
    try:
        change_cover(
            course=course,
            upload=form.cleaned_data["file"],
            focus=form.cleaned_data["focus"] or "middle",
            by=request.user,
            at=clock.now(),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, course, form, status), refusal)
    messages.success(request, "Your course has a new cover.")
    return redirect("studio-cover", course.pk)


@require_POST
@login_required
def draw(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """Draw one, another each time."""
    course = studio_course(request.user, course_id)
    draw_cover(course=course, by=request.user, at=clock.now())
    messages.success(request, "We drew a cover. Draw another until you like it.")
    return redirect("studio-cover", course.pk)


@require_safe
def drawn(request: HttpRequest, seed: str) -> HttpResponse:
    """A drawn cover as a picture, for clients of the API. It never changes."""
    if not drawn_seed(drawn_cover_url(seed)):
        raise Missing
    response = HttpResponse(cover_file(seed), content_type="image/svg+xml")
    response["Cache-Control"] = FOR_EVER
    return response


def _page(
    request: MemberRequest, course: Course, form: CoverForm, status: int = 200
) -> HttpResponse:
    return studio_page(request, course, "cover", "cover", {"form": form}, status=status)
