"""The payout account in the settings: connect, see what is missing, visit the provider."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.identity.reauthentication import require_fresh
from accounts.models import User
from billing import access
from billing.actions.accounts import dashboard_link, onboarding_link, refresh_account
from billing.queries.accounts import missing_words
from peerloop.kit import clock
from peerloop.kit.htmx import go, render_page

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
