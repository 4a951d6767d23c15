"""Days off: forms of the page of hours."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid
from scheduling import access
from scheduling.actions.time_off import add_time_off, change_time_off
from scheduling.forms_hours import TimeOffForm
from scheduling.views.hours import back_to, by_form, page, refused

PLACE = "away"


@login_required
@by_form
def add(request: HttpRequest) -> HttpResponse:
    """Take days off."""
    form = TimeOffForm(request.POST)
    if not form.is_valid():
        return page(request, wrong=form, status=422)
    try:
        add_time_off(user=cast(MemberRequest, request).user, days=form.days, at=clock.now())
    except Invalid as refusal:
        return refused(request, form, refusal)
    messages.success(request, "Your days off are saved. Nobody can book you then.")
    return back_to(PLACE)


@login_required
@by_form
def change(request: HttpRequest, time_off_id: UUID) -> HttpResponse:
    """Give days off other dates."""
    row = access.own_time_off(cast(MemberRequest, request).user, time_off_id)
    form = TimeOffForm(request.POST, time_off=row)
    if not form.is_valid():
        return page(request, wrong=form, status=422)
    try:
        change_time_off(time_off=row, days=form.days, at=clock.now())
    except Invalid as refusal:
        return refused(request, form, refusal)
    messages.success(request, "Your days off are changed.")
    return back_to(PLACE)


@login_required
@by_form
def remove(request: HttpRequest, time_off_id: UUID) -> HttpResponse:
    """Be there after all."""
    access.own_time_off(cast(MemberRequest, request).user, time_off_id).delete()
    messages.success(request, "You can be booked on these days again.")
    return back_to(PLACE)
