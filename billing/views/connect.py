"""The payout account in the settings: connect, see what is missing, visit the provider."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.identity.reauthentication import require_fresh
from accounts.models import User
from billing import access
from billing.actions.accounts import dashboard_link, onboarding_link, refresh_account
from billing.actions.weekly_payouts import set_weekly_payout, weekly_payout_of
from billing.queries import payout_least_cents
from billing.queries.accounts import missing_words
from peerloop.kit import clock
from peerloop.kit.htmx import go, render_page
from peerloop.kit.refusals import Invalid

State = User.PayoutAccount


@login_required
@require_safe
def payouts(request: HttpRequest) -> HttpResponse:
    """The account as the provider says now, or its last word with its time (rule OUT-9)."""
    user = access.earning(request.user)
    at = clock.now()
    account = refresh_account(user=user, at=at)
    user.refresh_from_db()
    context = {
        "member": user,
        "account": account,
        "missing": missing_words(account.missing),
        "is_connected": bool(user.stripe_account_id)
        and user.stripe_account_status != State.DEAUTHORIZED,
        "is_old": account.synced_at is not None and account.synced_at < at,
        "came_back": "back" in request.GET,
        "weekly": weekly_payout_of(user),
        "least_cents": payout_least_cents(user),
    }
    return render_page(request, "billing/payouts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Off to the provider's form. GET is where the provider sends those whose link had expired."""
    user = access.earning(request.user)
    if request.method != "POST" and not user.stripe_account_id:
        return redirect("payout-settings")
    require_fresh(request)
    return go(request, onboarding_link(user=user, at=clock.now()))


@login_required
@require_POST
def dashboard(request: HttpRequest) -> HttpResponse:
    """Off to the member's own page at the provider."""
    user = access.earning(request.user)
    require_fresh(request)
    return go(request, dashboard_link(user=user, at=clock.now()))


@login_required
@require_POST
def weekly(request: HttpRequest) -> HttpResponse:
    """Choose that all that is available is asked for each week, or that one asks oneself."""
    user = access.earning(request.user)
    wanted = request.POST.get("is_on")
    if wanted not in ("0", "1"):
        raise Invalid.field("is_on", "Say 1 for each week or 0 for not.")
    row = set_weekly_payout(user=user, is_on=wanted == "1", at=clock.now())
    said = "You are paid each week from now on." if row else "You ask for payouts yourself again."
    messages.success(request, said)
    return go(request, "payout-settings")
