"""A course as a zip: download one, make a course of one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from catalog.studio.access import require_creator, studio_course
from catalog.studio.forms import NewCourseForm, PackageForm
from catalog.studio.packages.archive import MAX_ZIP_BYTES
from catalog.studio.packages.exchange import export_course, import_course
from catalog.studio.views.parts import new_page
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Refused
from peerloop.kit.uploads import takes_upload


@require_safe
@login_required
def export(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """The course as a zip."""
    course = studio_course(request.user, course_id)
    response = HttpResponse(export_course(course), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{course.slug}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


@takes_upload(MAX_ZIP_BYTES)
@require_POST
@login_required
def take(request: MemberRequest) -> HttpResponse:
    """Make a draft of a zip."""
    require_creator(request.user)
    form = PackageForm(request.POST, request.FILES)
    if not form.is_valid():
        return new_page(request, NewCourseForm(), form, 422)
    try:
        upload = form.cleaned_data["package"]
        course = import_course(upload=upload, by=request.user, at=clock.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: new_page(request, NewCourseForm(), form, status), refusal)
    messages.success(request, "The course is here as a draft. Only you see it.")
    return redirect("studio", course.pk)
