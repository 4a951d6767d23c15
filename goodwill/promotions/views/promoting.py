"""Bring a post into the main feed: what it costs, how long it lasts, then the button."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from community.feeds.access import own_post
from community.feeds.actions import require_promotable
from community.feeds.shown import shown
from community.models import Post
from community.models.promotion import POINTS_A_DAY, PRICES, span_of
from goodwill.points.queries import sums_of
from goodwill.promotions.actions.promoting import promote
from goodwill.promotions.forms import PromotionForm
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.parsing import whole_number
from peerloop.kit.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def promote_page(request: MemberRequest, post_id: uuid.UUID) -> HttpResponse:
    """Price and span, and the form that pays; for HTMX what the chosen price means."""
    row, at = own_post(request.user, post_id), clock.now()
    require_promotable(row, by=request.user, at=at)
    balance = sums_of(request.user).balance
    if request.method != "POST":
        asked = whole_number(request.GET.get("points_to_spend", ""))
        points = asked if asked in PRICES else PRICES[0]
        form = PromotionForm(initial={"points_to_spend": points}, balance=balance)
        return _page(request, row, form, points=points, balance=balance, at=at)
    form = PromotionForm(request.POST, balance=balance)
    if not form.is_valid():
        return _page(request, row, form, points=PRICES[0], balance=balance, at=at, status=422)
    points = form.cleaned_data["points_to_spend"]
    try:
        promote(post=row, points=points, by=request.user, at=at)
    except Refused as refusal:
        show_refusal(form, refusal)

        def page(status: int) -> HttpResponse:
            return _page(request, row, form, points=points, balance=balance, at=at, status=status)

        return form_again(page, refusal)
    messages.success(request, "Your post stands in the main feed now.")
    return redirect("post", row.pk)


def _page(
    request: MemberRequest,
    row: Post,
    form: PromotionForm,
    *,
    points: int,
    balance: int,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    [one] = shown([row], request.user)
    context: dict[str, Any] = {
        "one": one,
        "form": form,
        "points": points,
        "until": at + span_of(points),
        "balance": balance,
        "left": balance - points,
        "least": POINTS_A_DAY,
        "can_pay": balance >= POINTS_A_DAY,
    }
    part = "goodwill/_promotion_price.html"
    return render_page(request, "goodwill/promote.html", context, part=part, status=status)
