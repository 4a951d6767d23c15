"""Moving or cancelling a session from its mail, without signing in.

The page shows the rule and what a change costs; only its forms change anything, each once.
"""

from datetime import datetime

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from peerloop.kit import clock
from peerloop.kit.refusals import Refused
from scheduling.actions.cancelling import LATE, cancel_session, is_late
from scheduling.actions.rescheduling import (
    MAX_RESCHEDULES,
    refusal_to_reschedule,
    reschedule_session,
)
from scheduling.forms_booking import ReasonForm, RescheduleForm, parse_day
from scheduling.mail_links import Opened, open_link
from scheduling.queries.booking import refusal_at_any_time
from scheduling.queries.free_times import times_to_reschedule
from scheduling.queries.intros import times_to_move_intro
from scheduling.queries.modules import module_of


@never_cache
@require_safe
def change(request: HttpRequest, token: str) -> HttpResponse:
    """The session with the rule, what a change costs, and the two forms. Changes nothing."""
    at = clock.now()
    return _page(request, open_link(token, at=at), token, at)


@never_cache
@require_POST
def move(request: HttpRequest, token: str) -> HttpResponse:
    """Move the session to the chosen time."""
    at = clock.now()
    opened = open_link(token, at=at)
    session, person = opened
    form = _move_form(opened, at, request)
    if not form.is_valid():
        return _page(request, opened, token, at, move=form, status=422)
    try:
        moved = reschedule_session(
            session=session,
            by=person,
            at=at,
            known_start=session.scheduled_start,
            **form.cleaned_data,
        )
    except Refused as refusal:
        return _page(request, opened, token, at, move=form, refusal=refusal)
    return _done(request, Opened(moved, person), is_moved=True)


@never_cache
@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel the session."""
    at = clock.now()
    opened = open_link(token, at=at)
    form = _cancel_form(opened, at, request)
    if not form.is_valid():
        return _page(request, opened, token, at, cancel=form, status=422)
    session, person = opened
    try:
        session = cancel_session(
            session=session,
            by=person,
            at=at,
            known_start=session.scheduled_start,
            **form.cleaned_data,
        )
    except Refused as refusal:
        return _page(request, opened, token, at, cancel=form, refusal=refusal)
    return _done(request, Opened(session, person), is_moved=False)


def _move_form(opened: Opened, at: datetime, request: HttpRequest | None = None) -> RescheduleForm:
    session, person = opened
    other = session.counterpart_of(person).name
    given = request.POST if request else None
    return RescheduleForm(given, person=other, late=is_late(session, at))


def _cancel_form(opened: Opened, at: datetime, request: HttpRequest | None = None) -> ReasonForm:
    session, person = opened
    other = session.counterpart_of(person).name
    given = request.POST if request else None
    return ReasonForm(given, person=other, needed=is_late(session, at), auto_id="cancel_%s")


def _page(
    request: HttpRequest,
    opened: Opened,
    token: str,
    at: datetime,
    *,
    move: Form | None = None,
    cancel: Form | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    session, person = opened
    obstacle = refusal_to_reschedule(session, at=at) or refusal_at_any_time(session, at=at)
    find_times = times_to_move_intro if session.is_intro else times_to_reschedule
    day = parse_day(request.GET.get("day", ""))
    context = {
        "session": session,
        "reader": person,
        "person": session.counterpart_of(person),
        "is_student": person.pk == session.student_id,
        "viewer_zone": person.timezone,
        "module": module_of(session),
        "token": token,
        "late": is_late(session, at),
        "free_until": session.scheduled_start - LATE,
        "reschedules_left": MAX_RESCHEDULES - session.reschedule_count,
        "length": session.length_minutes,
        "times": None if obstacle else find_times(session, person, at=at, wanted=day),
        "obstacle": obstacle.message if obstacle else "",
        "move_form": move or _move_form(opened, at),
        "cancel_form": cancel or _cancel_form(opened, at),
        "is_cancelling": cancel is not None,
        "refusal": refusal,
    }
    status = refusal.status if refusal else status
    return render(request, "scheduling/by_mail.html", context, status=status)


def _done(request: HttpRequest, opened: Opened, *, is_moved: bool) -> HttpResponse:
    """What happened; whoever is signed in as that person goes on to the session."""
    session, person = opened
    if request.user.is_authenticated and request.user.pk == person.pk:
        words = "The session is moved." if is_moved else "The session is cancelled."
        messages.success(request, f"{words} The other person hears of it by mail.")
        return redirect("session", session_id=session.pk)
    context = {
        "session": session,
        "person": session.counterpart_of(person),
        "is_student": person.pk == session.student_id,
        "viewer_zone": person.timezone,
        "is_moved": is_moved,
    }
    return render(request, "scheduling/by_mail_done.html", context)
