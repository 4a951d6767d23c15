"""Resources: a creator's list of them, opening one, and keeping where one stopped playing."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.files.links import file_link
from accounts.models.files import LARGEST_FILE
from accounts.requests import MemberRequest
from catalog.models import Course
from learning.access import course_of_creator, resource_to_manage, resource_to_open
from learning.actions.materials import count_opening, keep_position
from learning.actions.resources import add_resource, move_resource, remove_resource
from learning.forms_resources import ResourceForm
from learning.playing import Player, played_file, render_player
from learning.queries.resources import resources_of
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import next_path
from peerloop.kit.parsing import digits_of
from peerloop.kit.refusals import Invalid, Missing, Refused
from peerloop.kit.uploads import takes_upload


@takes_upload(LARGEST_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def course_resources(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """The resources of a course, and a form that adds one."""
    course = course_of_creator(request.user, course_id)
    if request.method != "POST":
        # The studio leads here from a module.
        initial = {"module_id": request.GET.get("module", "")}
        return _list(request, course, ResourceForm(course, initial=initial))
    form = ResourceForm(course, request.POST, request.FILES)
    try:
        if form.is_valid():
            given = dict(form.cleaned_data)
            upload = given.pop("file")
            add_resource(course=course, by=request.user, at=clock.now(), upload=upload, **given)
            messages.success(request, "The resource is there for everybody who takes the course.")
            return redirect("course-resources", course.pk)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _list(request, course, form, status), refusal)
    return _list(request, course, form, 422)


@require_POST
@login_required
def move(request: MemberRequest, course_id: UUID, resource_id: UUID) -> HttpResponse:
    """Move a resource up with ``earlier=1``, down with 0."""
    row = resource_to_manage(request.user, course_id, resource_id)
    wanted = request.POST.get("earlier")
    if wanted not in ("0", "1"):
        raise Invalid.field("earlier", "Say 1 for up or 0 for down.")
    move_resource(resource=row, earlier=wanted == "1", by=request.user)
    return redirect("course-resources", row.course_id)


@require_POST
@login_required
def remove(request: MemberRequest, course_id: UUID, resource_id: UUID) -> HttpResponse:
    """Take a resource away."""
    row = resource_to_manage(request.user, course_id, resource_id)
    remove_resource(resource=row, by=request.user, at=clock.now())
    messages.success(request, "The resource is removed.")
    return redirect("course-resources", row.course_id)


@require_safe
@login_required
def resource(request: MemberRequest, resource_id: UUID) -> HttpResponse:
    """Open a resource, which is counted: its link, its file, or a page that plays it."""
    row = resource_to_open(request.user, resource_id)
    if row.file is not None and not row.has_live_file:
        raise Missing
    if request.method == "GET":
        count_opening(row)
    if row.link:
        return HttpResponseRedirect(row.link)
    if row.is_played:
        source = reverse("resource-file", args=[row.pk])
        player = Player(row, source, next_path(request, "learn"))
        return render_player(request, player, member=request.user)
    return redirect("resource-file", row.pk)


@require_safe
@login_required
def file(request: MemberRequest, resource_id: UUID) -> HttpResponse:
    """To a fresh link to the file; players ask for each part of it here (RES-2)."""
    row = resource_to_open(request.user, resource_id)
    if row.file is None or not row.has_live_file:
        raise Missing
    return redirect(file_link(row.file, member=request.user, at=clock.now(), inline=True))


@require_POST
@login_required
def playback(request: MemberRequest, word: str) -> HttpResponse:
    """Keep where the member stopped in the file of a page that plays it."""
    played = played_file(request.user, word)
    seconds = digits_of(request.POST.get("seconds", ""))
    if seconds is None:
        raise Invalid.field("seconds", "Give whole seconds.")
    keep_position(user=request.user, file=played, seconds=seconds, at=clock.now())
    return HttpResponse(status=204)


def _list(
    request: MemberRequest, course: Course, form: ResourceForm, status: int = 200
) -> HttpResponse:
    context = {"course": course, "resources": list(resources_of(course)), "form": form}
    return render(request, "learning/course_resources.html", context, status=status)
