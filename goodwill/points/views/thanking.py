"""Thank a teacher for a make-up session with points."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from goodwill.models import Reason
from goodwill.points.actions.awards import (
    NothingToThankFor,
    award_extra_help,
    points_of,
    session_to_thank_for,
)
from peerloop.kit import clock
from peerloop.kit.refusals import Missing, Refused
from scheduling.access import session_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def thank(request: MemberRequest, session_id: uuid.UUID) -> HttpResponse:
    """What the points are for, and the button that gives them."""
    session, at = session_of(request.user, session_id), clock.now()
    if session.student_id != request.user.pk:
        raise Missing
    if request.method != "POST":
        if session_to_thank_for(to=session.teacher, by=request.user, at=at) is None:
            raise NothingToThankFor
        context = {"session": session, "points": points_of(Reason.REMEDIAL_VOLUNTEER)}
        return render(request, "goodwill/thank.html", context)
    try:
        row = award_extra_help(to=session.teacher, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"You thanked with {row.points} points.")
    return redirect("session", session.pk)
