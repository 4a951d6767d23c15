"""Materials of a session: the list, adding and removing by its teacher, opening one."""

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
from learning.actions.materials import count_opening
from learning.forms_resources import MaterialForm
from learning.playing import Player, render_player
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Missing, Refused
from peerloop.kit.text import isolated
from peerloop.kit.uploads import takes_upload
from scheduling import access
from scheduling.actions.materials import add_material, may_share, remove_material
from scheduling.models import Session
from scheduling.queries.shared_page import shared_materials


@takes_upload(LARGEST_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def materials(request: MemberRequest, session_id: UUID) -> HttpResponse:
    """What was shared in a session; its two people add to it."""
    row = access.session_with_content(request.user, session_id)
    if request.method != "POST":
        return _list(request, row, MaterialForm())
    form = MaterialForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            given = dict(form.cleaned_data)
            upload = given.pop("file")
            add_material(session=row, by=request.user, at=clock.now(), upload=upload, **given)
            other = row.counterpart_of(request.user).name
            messages.success(request, f"It is shared with {isolated(other)}.")
            return redirect("session-materials", row.pk)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _list(request, row, form, status), refusal)
    return _list(request, row, form, 422)


@require_POST
@login_required
def remove(request: MemberRequest, session_id: UUID, material_id: UUID) -> HttpResponse:
    """Take a material away."""
    row = access.material_of(request.user, session_id, material_id)
    remove_material(material=row, by=request.user, at=clock.now())
    messages.success(request, "It is removed.")
    return redirect("session-materials", row.session_id)


@require_safe
@login_required
def material(request: MemberRequest, session_id: UUID, material_id: UUID) -> HttpResponse:
    """Open a material, which is counted: its link, its file, or a page that plays it."""
    row = access.material_of(request.user, session_id, material_id)
    if row.file is not None and not row.has_live_file:
        raise Missing
    if request.method == "GET":
        count_opening(row)
    if row.link:
        return HttpResponseRedirect(row.link)
    if row.is_played:
        source = reverse("session-material-file", args=[row.session_id, row.pk])
        back = reverse("session-materials", args=[row.session_id])
        return render_player(request, Player(row, source, back), member=request.user)
    return redirect("session-material-file", row.session_id, row.pk)


@require_safe
@login_required
def file(request: MemberRequest, session_id: UUID, material_id: UUID) -> HttpResponse:
    """To a fresh link to the file; players ask for each part of it here (RES-2)."""
    row = access.material_of(request.user, session_id, material_id)
    if row.file is None or not row.has_live_file:
        raise Missing
    return redirect(file_link(row.file, member=request.user, at=clock.now(), inline=True))


def _list(
    request: MemberRequest, row: Session, form: MaterialForm, status: int = 200
) -> HttpResponse:
    context = {
        "session": row,
        "materials": shared_materials(row, request.user),
        "may_add": may_share(row, request.user),
        "form": form,
    }
    return render(request, "scheduling/materials.html", context, status=status)
