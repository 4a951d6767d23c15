"""The page on which members edit their profile."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.members.actions.profile import change_profile
from accounts.members.forms.profile import ProfileForm
from accounts.members.views.profile_page import profile_page
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: MemberRequest) -> HttpResponse:
    """Edit the profile."""
    if request.method != "POST":
        return profile_page(request)
    form = ProfileForm(request.POST)
    if form.is_valid():
        try:
            change_profile(user=request.user, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "Your profile is saved.")
            return redirect("profile-settings")
    return profile_page(request, form=form, status=422)
