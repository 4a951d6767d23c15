"""Notification preferences, and the unsubscribe link of mails."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models.preferences import Group
from accounts.notifications.mail.unsubscribe import ending_of
from accounts.notifications.preferences import (
    Choice,
    change_choices,
    choices_of,
    switch_mail_off,
)
from accounts.requests import MemberRequest
from peerloop.kit import clock

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@login_required
def preferences(request: MemberRequest) -> HttpResponse:
    """The table of groups and channels; one save for all."""
    if request.method != "POST":
        return render(request, "accounts/preferences.html", {"choices": choices_of(request.user)})
    wanted = [
        Choice(group, in_app=f"app-{group}" in request.POST, email=f"mail-{group}" in request.POST)
        for group in Group
    ]
    change_choices(user=request.user, wanted=wanted, at=clock.now())
    messages.success(request, "Your choices are saved.")
    return redirect("notification-settings")


# Mail programs post here without a cookie; the signed link is the proof (RFC 8058).
@csrf_exempt
@ASKED
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button; pressing it, by hand or by the mail program, ends the mails.

    Looking alone changes nothing, for programs that check links open them all.
    """
    ending = ending_of(token)
    is_done = request.method == "POST"
    if is_done:
        switch_mail_off(user=ending.user, group=ending.group, at=clock.now())
    context = {"group": ending.group.label, "is_done": is_done}
    response = render(request, "accounts/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
