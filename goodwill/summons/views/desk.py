"""The page of help: call in a course, or offer help and answer."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from goodwill.models import HelpSummons, HelpSwitch
from goodwill.summons.access import is_helper
from goodwill.summons.actions import record_sign_of_life, switch_help
from goodwill.summons.forms import SwitchForm
from goodwill.summons.queries import (
    MOST_SHOWN,
    HelpOffer,
    offers_of,
    open_calls_of,
    past_calls_of,
    switch_of,
    waiting_for,
)
from goodwill.summons.refusals import NotCertified
from peerloop.kit import clock
from peerloop.kit.htmx import render_page


@dataclass(frozen=True, slots=True)
class Desk:
    """What one member sees: their calls, where they can call, and what waits for their help."""

    offers: list[HelpOffer]
    open_calls: list[HelpSummons]
    past_calls: list[HelpSummons]
    is_helper: bool
    switch: HelpSwitch
    waiting: list[HelpSummons]


@require_safe
@login_required
def desk(request: MemberRequest) -> HttpResponse:
    """Call for help, or help; open calls are asked for again every five seconds."""
    user, at = request.user, clock.now()
    record_sign_of_life(user_id=user.pk, at=at)
    shown = _desk(user, at)
    context = {"desk": shown, "form": _switch_form(shown.switch)}
    return render_page(request, "goodwill/help.html", context, part="goodwill/_waiting_calls.html")


@require_POST
@login_required
def switch(request: MemberRequest) -> HttpResponse:
    """Offer help from now on, or no more."""
    form = SwitchForm(request.POST)
    form.full_clean()
    wanted = form.cleaned_data["is_available"]
    try:
        switch_help(
            user=request.user,
            is_available=wanted,
            has_sound=form.cleaned_data["has_sound"],
            at=clock.now(),
        )
    except NotCertified as refusal:
        messages.error(request, refusal.message)
    else:
        said = "You are shown as available." if wanted else "You are not shown as available."
        messages.success(request, said)
    return redirect("help")


@require_safe
@login_required
def call_slot(request: MemberRequest) -> HttpResponse:
    """The oldest call that the member may answer, for any open page; nothing for others."""
    if not request.htmx:
        return redirect("help")
    row = switch_of(request.user)
    found = waiting_for(request.user, at=clock.now()).first() if row.is_available else None
    return render(request, "goodwill/_call.html", {"call": found, "switch": row})


def _desk(user: User, at: datetime) -> Desk:
    helper = is_helper(user)
    row = switch_of(user)
    waiting = waiting_for(user, at=at)[:MOST_SHOWN] if helper and row.is_available else []
    return Desk(
        offers=offers_of(user, at=at),
        open_calls=open_calls_of(user),
        past_calls=past_calls_of(user),
        is_helper=helper,
        switch=row,
        waiting=list(waiting),
    )


def _switch_form(row: HelpSwitch) -> SwitchForm:
    return SwitchForm(initial={"is_available": row.is_available, "has_sound": row.has_sound})
