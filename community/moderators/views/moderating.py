"""What a community moderator may do, and how they leave."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.members.access import any_member_of_handle
from accounts.requests import MemberRequest
from community.moderators.access import appointments_of
from community.moderators.actions import end_appointment
from peerloop.kit import clock
from peerloop.kit.refusals import Missing
from peerloop.kit.text import isolated


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def moderating(request: MemberRequest, handle: str) -> HttpResponse:
    """The member's own appointment by a creator; a POST ends it."""
    creator = any_member_of_handle(handle)
    rows = appointments_of(request.user).select_related("creator", "user")
    appointment = rows.filter(creator=creator).first()
    if appointment is None:
        raise Missing
    if request.method != "POST":
        return render(request, "community/moderating.html", {"creator": creator})
    end_appointment(appointment=appointment, by=request.user, at=clock.now())
    messages.success(request, f"You no longer keep order for {isolated(creator.name)}.")
    return redirect("feed")
