"""The page of rewards."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from goodwill.rewards.actions import claim_reward
from goodwill.rewards.queries import rewards_of
from peerloop.kit import clock
from peerloop.kit.refusals import Missing, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rewards(request: MemberRequest) -> HttpResponse:
    """What tiers are rewarded with, and the claim of what is reached."""
    if not settings.GOODWILL_REWARDS:
        raise Missing
    if request.method != "POST":
        return render(request, "goodwill/rewards.html", {"rewards": rewards_of(request.user)})
    try:
        claim_reward(tier=request.POST.get("tier", ""), by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Claimed. An administrator answers you here.")
    return redirect("rewards")
