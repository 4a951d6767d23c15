"""The page that both people of a session write to: its form, and what its script asks."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from catalog.actions.revisions import ChangedElsewhere
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Invalid, Refused
from peerloop.kit.text import clean, one_line
from scheduling import access
from scheduling.actions.shared_page import LINES, PARTS, page_of, write_page
from scheduling.forms_shared_page import SharedPageForm
from scheduling.models import SharedPage
from scheduling.views.room import session_page
from scheduling.views.room_entry import RoomRequest, for_those_inside


@login_required
@require_POST
def write(request: MemberRequest, session_id: UUID) -> HttpResponse:
    """Save the page; a goal or next step that the other changed meanwhile is shown instead."""
    row = access.session_of(request.user, session_id)
    form = SharedPageForm(request.POST)
    if not form.is_valid():
        return session_page(request, row, shared_form=form, status=422)
    try:
        write_page(session=row, by=request.user, at=clock.now(), edits=form.edits())
    except ChangedElsewhere as clash:
        part, words = clash.details["part"], clash.details["words"]
        # Saved again, it replaces what is shown now.
        form.data = {**request.POST.dict(), f"base_{part}": words}
        said = f"It says “{words}” now." if words else "It is empty now."
        form.add_error(
            part, f"The other of you changed this meanwhile. {said} Save again to put yours."
        )
        return session_page(request, row, shared_form=form, status=clash.status)
    except Refused as refusal:
        show_refusal(form, refusal)
        return session_page(request, row, shared_form=form, status=refusal.status)
    messages.success(request, "The page is saved for both of you.")
    return redirect(f"{reverse('session', args=[row.pk])}#shared")


@for_those_inside
@require_http_methods(["GET", "HEAD", "POST"])
def live(request: RoomRequest, session_id: UUID) -> HttpResponse:
    """What the page says, for its script; a POST writes the parts that it names."""
    try:
        row = access.session_of(request.user, session_id)
        if request.method != "POST":
            page = page_of(row)
            if request.GET.get("revision") == str(page.revision):
                return HttpResponse(status=204)
            return JsonResponse(_words(page))
        form = SharedPageForm(request.POST)
        if not form.is_valid():
            field, said = next(iter(form.errors.items()))
            raise Invalid.field(field, str(said[0]))
        page = write_page(session=row, by=request.user, at=clock.now(), edits=form.edits())
    except Refused as refusal:
        return JsonResponse(refusal.as_json(), status=refusal.status)
    # What was written is the text that the next save of it starts from.
    return JsonResponse(
        {
            **_words(page),
            "bases": {
                part: one_line(edit.words) if part in LINES else clean(edit.words)
                for part, edit in form.edits().items()
            },
        }
    )


def _words(page: SharedPage) -> dict[str, object]:
    return {"revision": page.revision, "words": {part: getattr(page, part) for part in PARTS}}
