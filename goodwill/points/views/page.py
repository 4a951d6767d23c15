"""A member's goodwill, and the ranking."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from goodwill.models.account import FREE_A_DAY
from goodwill.models.ranking import Span
from goodwill.points.queries import free_left, older_than, place_asked, progress_of, sums_of
from goodwill.points.ranking import ranking
from peerloop.kit import clock

SHOWN = 20


@require_safe
@login_required
def goodwill(request: MemberRequest) -> HttpResponse:
    """Balance, tier with the way to the next one, how points came, and how to earn them."""
    sums = sums_of(request.user)
    before = place_asked(request.GET.get("before", ""))
    history, older = older_than(request.user, before, most=SHOWN)
    context = {
        "sums": sums,
        "progress": progress_of(sums.total_earned),
        "free": free_left(request.user, clock.now()),
        "free_a_day": FREE_A_DAY,
        "history": history,
        "older": older,
        "is_first": before is None,
        "has_rewards": settings.GOODWILL_REWARDS,
    }
    return render(request, "goodwill/goodwill.html", context)


@require_safe
@login_required
def leaderboard(request: MemberRequest) -> HttpResponse:
    """Who earned the most, in thirty days or ever."""
    span = Span.ALL if request.GET.get("span") == Span.ALL else Span.MONTH
    context = {"span": span, "rows": ranking(span), "spans": Span}
    return render(request, "goodwill/leaderboard.html", context)
