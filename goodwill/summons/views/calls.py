"""One call for help: made, answered, thanked for; and the room in which the two meet."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.identity.sign_ins import web_sign_in
from accounts.requests import MemberRequest
from goodwill.models import HelpSummons
from goodwill.summons.access import (
    answerable_summons,
    enrollment_in,
    module_of,
    modules_of,
    own_summons,
    shared_summons,
    summons_in_reach,
)
from goodwill.summons.actions import (
    answer_summons,
    cancel_summons,
    complete_summons,
    record_sign_of_life,
    summon,
)
from goodwill.summons.forms import CallForm, ThanksForm
from goodwill.summons.live import event_of
from goodwill.summons.queries import count_here, offer_in, usual_wait
from goodwill.summons.refusals import AlreadyOpen
from goodwill.summons.room import has_room, ticket_to_room
from goodwill.summons.words import shortest
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Refused
from scheduling.views.call import Call, render_call


@require_POST
@login_required
def call(request: MemberRequest, course_id: uuid.UUID) -> HttpResponse:
    """Call for help in a course, or go on to the call that is open."""
    enrollment = enrollment_in(request.user, course_id)
    module = module_of(enrollment, request.POST.get("module_id"))
    try:
        row = summon(enrollment=enrollment, module=module, by=request.user, at=clock.now())
    except AlreadyOpen as refusal:
        return redirect("help-call", refusal.details["summons"])
    except Refused as refusal:
        messages.error(request, refusal.message)
        if request.POST.get("from") == "room":
            return redirect("learn-room", enrollment.pk)
        return redirect("help")
    return redirect("help-call", row.pk)


@require_safe
@login_required
def card(request: MemberRequest, course_id: uuid.UUID) -> HttpResponse:
    """The card of the course room: who is here now, and the call that is open or can be made."""
    course = enrollment_in(request.user, course_id).course
    if not request.htmx:
        return redirect("help")
    at = clock.now()
    offer = offer_in(course, to=request.user, at=at)
    context = {
        "course": course,
        "offer": offer,
        "event": event_of(offer.summons.pk) if offer.summons else "",
        "is_waiting": offer.summons is not None and offer.summons.is_waiting(at),
        "form": CallForm(modules=modules_of(course)),
    }
    return render(request, "goodwill/_help_card.html", context)


@require_safe
@login_required
def one(request: MemberRequest, summons_id: uuid.UUID) -> HttpResponse:
    """The call as it stands; the page asks again when something happens, or every five seconds."""
    record_sign_of_life(user_id=request.user.pk, at=clock.now())
    return _page(request, summons_in_reach(request.user, summons_id))


@require_POST
@login_required
def cancel(request: MemberRequest, summons_id: uuid.UUID) -> HttpResponse:
    """Take the own call back."""
    row = own_summons(request.user, summons_id)
    return _after(request, row, lambda: _cancel(request, row))


@require_POST
@login_required
def answer(request: MemberRequest, summons_id: uuid.UUID) -> HttpResponse:
    """Answer a call as the first."""
    row = answerable_summons(request.user, summons_id)
    return _after(
        request, row, lambda: answer_summons(summons=row, by=request.user, at=clock.now())
    )


@require_POST
@login_required
def thank(request: MemberRequest, summons_id: uuid.UUID) -> HttpResponse:
    """Give the helper points and close the call."""
    row = own_summons(request.user, summons_id)
    form = ThanksForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    points = form.cleaned_data["points"]
    return _after(
        request,
        row,
        lambda: complete_summons(summons=row, points=points, by=request.user, at=clock.now()),
    )


@require_safe
@login_required
def room(request: MemberRequest, summons_id: uuid.UUID) -> HttpResponse:
    """The room of an answered call."""
    row = shared_summons(request.user, summons_id)
    if not has_room(row, at=clock.now()):
        return redirect("help-call", row.pk)
    assert row.helper is not None, "an answered call has a helper"
    found = Call(
        word="call",
        other=row.helper if request.user.pk == row.student_id else row.student,
        course=row.course,
        module=row.module,
        page=reverse("help-call", args=[row.pk]),
        ticket=reverse("help-ticket", args=[row.pk]),
    )
    return render_call(request, found)


@require_safe
@login_required
@never_cache
def ticket(request: MemberRequest, summons_id: uuid.UUID) -> JsonResponse:
    """A ticket to the room's socket, valid once and for two minutes."""
    try:
        row = shared_summons(request.user, summons_id)
    except Refused as refusal:
        return JsonResponse(refusal.as_json(), status=refusal.status)
    if not has_room(row, at=clock.now()):
        return JsonResponse({"code": "join_first"}, status=409)
    found = ticket_to_room(row, user=request.user, sign_in=web_sign_in(request))
    return JsonResponse({"ticket": found})


def _cancel(request: MemberRequest, row: HelpSummons) -> HelpSummons:
    found = cancel_summons(summons=row, by=request.user, at=clock.now())
    messages.success(request, "Your call is cancelled.")
    return found


def _after(request: MemberRequest, row: HelpSummons, act: Callable[[], object]) -> HttpResponse:
    """Back to the page of the call, with why it was refused, if so."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("help-call", row.pk)


def _page(
    request: MemberRequest, row: HelpSummons, *, form: ThanksForm | None = None, status: int = 200
) -> HttpResponse:
    at = clock.now()
    is_mine = row.student_id == request.user.pk
    thanks_from = row.responded_at + shortest() if row.responded_at else None
    is_waiting = row.is_waiting(at)
    context = {
        "summons": row,
        "is_mine": is_mine,
        "is_helper": row.helper_id == request.user.pk,
        "is_waiting": is_waiting,
        "here": count_here(row.course, for_user=row.student, at=at) if is_waiting else 0,
        "usual": usual_wait(row.course_id, at=at) if is_waiting and is_mine else "",
        "thanks_from": thanks_from,
        "can_thank": thanks_from is not None and at >= thanks_from,
        "has_room": has_room(row, at=at),
        "event": event_of(row.pk),
        "form": form or ThanksForm(),
    }
    return render_page(
        request, "goodwill/call.html", context, part="goodwill/_call_state.html", status=status
    )
