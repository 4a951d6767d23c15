"""The pages of requests for courses: the list with votes, and the form."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from catalog.content_requests.actions import request_course, vote
from catalog.content_requests.forms import RequestForm
from catalog.content_requests.queries import decided_requests, one_request, wanted_requests
from catalog.models import ContentRequestStatus
from catalog.models.content_request import LONGEST_TITLE
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.refusals import Invalid, Refused
from peerloop.kit.text import one_line

A_PAGE = 20
DECIDED = (ContentRequestStatus.PUBLISHED, ContentRequestStatus.DECLINED)


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What members miss, most wanted first; or what was decided, as ``show`` says."""
    shown = request.GET.get("show", "")
    viewer = request.user if isinstance(request.user, User) else None
    rows = decided_requests(shown) if shown in DECIDED else wanted_requests(viewer)
    found = CappedPaginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "requests": found,
        "shows": {name: shown == name for name in DECIDED} | {"wanted": shown not in DECIDED},
    }
    return render_page(request, "catalog/content_requests/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: MemberRequest) -> HttpResponse:
    """Ask for a course; ``title`` fills the field, as a search that found nothing does."""
    if request.method != "POST":
        title = one_line(request.GET.get("title", ""))[:LONGEST_TITLE]
        return _form(request, RequestForm(initial={"title": title}))
    form = RequestForm(request.POST)
    if not form.is_valid():
        return _form(request, form, 422)
    try:
        request_course(by=request.user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _form(request, form, status), refusal)
    messages.success(request, "Thank you. We tell you what becomes of it.")
    return redirect("content-requests")


@require_POST
@login_required
def voting(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Vote for a request if ``vote`` is 1, take the vote back if it is 0."""
    row = one_request(request_id, request.user)
    wanted = request.POST.get("vote")
    if wanted not in ("0", "1"):
        raise Invalid.field("vote", "Say 1 to vote or 0 to take it back.")
    vote(request=row, wanted=wanted == "1", by=request.user, at=clock.now())
    if request.htmx:
        row = one_request(request_id, request.user)
        return render_page(request, "catalog/content_requests/_vote.html", {"one": row})
    return redirect("content-requests")


def _form(request: MemberRequest, form: RequestForm, status: int = 200) -> HttpResponse:
    return render_page(request, "catalog/content_requests/new.html", {"form": form}, status=status)
