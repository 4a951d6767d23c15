"""The page of a session, joining its room, and our own video room."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.identity.sign_ins import web_sign_in
from accounts.requests import MemberRequest
from learning.access import expectations_in_common
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Refused
from scheduling import access
from scheduling.actions.assessment import rate_session
from scheduling.actions.completion import complete_by_hand
from scheduling.actions.joining import NotOpen, check_joinable, join_session
from scheduling.actions.recordings import RecordingAway, recording_link
from scheduling.forms_room import AssessmentForm
from scheduling.forms_shared_page import SharedPageForm
from scheduling.local_room import issue_ticket
from scheduling.models import Session
from scheduling.queries.rebooking import times_again
from scheduling.queries.room import has_joined, may_reenter
from scheduling.queries.session_page import SessionView, session_view
from scheduling.queries.shared_page import shared_view
from scheduling.views.call import Call, render_call
from scheduling.views.room_entry import RoomRequest, for_those_inside


@login_required
@require_safe
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """A session before, during and after it; its state is polled."""
    row = access.watched_session(cast(MemberRequest, request).user, session_id)
    return session_page(cast(MemberRequest, request), row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Check camera and microphone before joining; the form joins."""
    user = cast(MemberRequest, request).user
    row = access.session_of(user, session_id)
    at = clock.now()
    if request.method != "POST":
        return _door(request, row)
    try:
        ticket = join_session(session=row, by=user, sign_in=web_sign_in(request), at=at)
    except Refused as refusal:
        return _door(request, row, refusal)
    if ticket.provider == "local":
        return redirect("session-room", session_id=row.pk)
    # No redirect: the page's content security policy forbids forms to end at another host.
    context = {"session": row, "join_url": ticket.join_url}
    return render(request, "scheduling/room_elsewhere.html", context)


def _door(request: HttpRequest, row: Session, refusal: Refused | None = None) -> HttpResponse:
    """The page before joining, with why that is not possible, if so."""
    user = cast(MemberRequest, request).user
    at = clock.now()
    if refusal is None:
        try:
            check_joinable(row, at=at)
        except Refused as reason:
            refusal = reason
    if refusal is not None and not row.is_open:
        return redirect("session", session_id=row.pk)
    view = session_view(row, user, at=at)
    if _is_known(request, view):
        return HttpResponse(status=204)
    context = {
        "view": view,
        "session": row,
        "refusal": refusal,
        "is_early": isinstance(refusal, NotOpen) and not view.is_over,
        "is_local": (row.provider or settings.VIDEO_PROVIDER) == "local",
    }
    status = refusal.status if refusal is not None and request.method == "POST" else 200
    response = render_page(
        request,
        "scheduling/room_door.html",
        context,
        part="scheduling/_room_gate.html",
        status=status,
    )
    response.opens_room = True  # type: ignore[attr-defined]
    return response


@for_those_inside
@require_safe
def room(request: RoomRequest, session_id: UUID) -> HttpResponse:
    """Our own video room, for those who joined. Other video servers have their own pages."""
    user = request.user
    row = access.session_of(user, session_id)
    at = clock.now()
    if not may_reenter(row, at=at) or not has_joined(row, user):
        return redirect("session-join" if row.is_open else "session", session_id=row.pk)
    view = session_view(row, user, at=at)
    call = Call(
        word="session",
        other=view.other,
        course=row.course,
        module=view.module,
        page=reverse("session", args=[row.pk]),
        ticket=reverse("session-ticket", args=[row.pk]),
        ends_for_both=view.teaches,
    )
    shared = shared_view(row, user)
    beside = {"shared": shared, "shared_form": SharedPageForm.of(shared.page)}
    return render_call(request, call, is_visitor=request.is_visitor, beside=beside)


@for_those_inside
@require_safe
def ticket(request: RoomRequest, session_id: UUID) -> JsonResponse:
    """A ticket for the room's socket, valid once and for two minutes."""
    user = request.user
    try:
        row = access.session_of(user, session_id)
        if not may_reenter(row, at=clock.now()) or not has_joined(row, user):
            check_joinable(row, at=clock.now())
            return JsonResponse({"code": "join_first"}, status=409)
    except Refused as refusal:
        return JsonResponse(refusal.as_json(), status=refusal.status)
    found = issue_ticket(session_id=row.pk, user_id=user.pk, sign_in=request.sign_in)
    return JsonResponse({"ticket": found})


@login_required
@require_POST
def rating(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Rate the session."""
    user = cast(MemberRequest, request).user
    row = access.session_of(user, session_id)
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        return session_page(cast(MemberRequest, request), row, form=form, status=422)
    try:
        rate_session(session=row, by=user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Your rating is kept. Thank you.")
    return redirect("session", session_id=row.pk)


@login_required
@require_POST
def completion(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Complete the session by hand."""
    user = cast(MemberRequest, request).user
    row = access.watched_session(user, session_id)
    complete_by_hand(session=row, by=user, at=clock.now())
    messages.success(request, "The session is completed.")
    return redirect("session", session_id=row.pk)


@login_required
@require_safe
def recording(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The recordings of a session (rule PRIV-8)."""
    return _recordings(request, session_id)


@login_required
@require_safe
@never_cache
def one_recording(request: HttpRequest, session_id: UUID, recording_id: UUID) -> HttpResponse:
    """To one recording, by a link that is made now: our copy, or at the video server."""
    user = cast(MemberRequest, request).user
    row = access.recording_of(user, session_id, recording_id)
    try:
        link = recording_link(recording=row, member=user, at=clock.now())
    except RecordingAway as refusal:
        return _recordings(request, session_id, refusal)
    return HttpResponseRedirect(link)


def _recordings(
    request: HttpRequest, session_id: UUID, refusal: RecordingAway | None = None
) -> HttpResponse:
    row = access.watched_session(cast(MemberRequest, request).user, session_id)
    context = {
        "session": row,
        "recordings": row.recordings.watchable().select_related("file"),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "scheduling/recording.html", context, status=status)


def _is_known(request: HttpRequest, view: SessionView) -> bool:
    """Whether the part of the page that polls shows this state already, so nothing changes."""
    return bool(getattr(request, "htmx", False)) and request.GET.get("seen") == view.digest


def session_page(
    request: MemberRequest,
    row: Session,
    *,
    form: AssessmentForm | None = None,
    shared_form: SharedPageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a session, with forms that were sent and refused."""
    view: SessionView = session_view(row, request.user, at=clock.now())
    if _is_known(request, view):
        return HttpResponse(status=204)
    context: dict[str, Any] = {"view": view, "session": row, "form": form or AssessmentForm()}
    if row.enrollment is not None and row.is_open and request.user.pk != row.student_id:
        context["expectations"] = expectations_in_common(request.user, row.enrollment)
    if view.takes_part:
        context["again"] = times_again(row, request.user, at=clock.now())
        shared = shared_view(row, request.user)
        context["shared"] = shared
        context["shared_form"] = shared_form or SharedPageForm.of(shared.page)
    return render_page(
        request,
        "scheduling/session.html",
        context,
        part="scheduling/_session_state.html",
        status=status,
    )
