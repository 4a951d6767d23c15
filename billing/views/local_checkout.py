"""The pages of the local payment provider: a foreign site inside our own process.

Like a vendor's, they know nothing of our sessions and CSRF tokens; the id in the address, which
nobody can guess, is the key. Programs may post JSON: ``{"outcome": "pay"}``.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from billing.providers import local_page as provider
from billing.providers import payments
from peerloop.kit.parsing import parse_object
from peerloop.kit.providers import Rejected
from peerloop.kit.refusals import Invalid, Missing, Refused

View = Callable[[HttpRequest, str], HttpResponse]
DECLINED = "Your bank declined the card. Nothing was charged. Try again or use another card."


def local_only(view: View) -> View:
    """The page exists while the local provider is in use; an unknown id is a 404."""

    @wraps(view)
    def guarded(request: HttpRequest, object_id: str) -> HttpResponse:
        try:
            if payments().name != "local":
                raise Missing
            return view(request, object_id)
        except Rejected as unknown:
            raise Missing from unknown
        except Refused as refusal:
            if _is_program(request):
                return JsonResponse(refusal.as_json(), status=refusal.status)
            raise

    return guarded


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@local_only
def checkout(request: HttpRequest, object_id: str) -> HttpResponse:
    """The hosted payment page: pay, be declined, or leave."""
    page = provider.payment_page(object_id)
    if request.method != "POST":
        return _page(request, page)
    outcome = _outcome(request, ("pay", "decline", "leave"))
    if outcome == "leave":
        return _leave(request, page.cancel_url, status=page.status, payment_status="unpaid")
    if outcome == "decline":
        provider.decline(object_id)
        if _is_program(request):
            body = {"code": "card_declined", "detail": DECLINED, "fields": {}}
            return JsonResponse(body, status=402)
        return _page(request, page, declined=DECLINED)
    provider.pay(object_id, saves_card=_saves_card(request))
    return _leave(request, page.success_url, status="complete", payment_status="paid")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@local_only
def onboarding(request: HttpRequest, object_id: str) -> HttpResponse:
    """The form for payees: complete it, or come back later."""
    account = provider.account_page(object_id)
    if request.method != "POST":
        return render(request, "billing/local_onboarding.html", {"account": account})
    if _outcome(request, ("complete", "later")) == "complete":
        address = provider.finish_onboarding(object_id)
    else:
        address = provider.return_address(object_id)
    return _leave(request, address or reverse("payout-settings"))


@require_safe
@local_only
def dashboard(request: HttpRequest, object_id: str) -> HttpResponse:
    """What was sent to a payee."""
    account = provider.account_page(object_id)
    return render(request, "billing/local_dashboard.html", {"account": account})


def _page(request: HttpRequest, page: provider.PaymentPage, *, declined: str = "") -> HttpResponse:
    context = {"page": page, "declined": declined}
    return render(request, "billing/local_checkout.html", context)


def _outcome(request: HttpRequest, words: tuple[str, ...]) -> str:
    """What the visitor chose, from a form or JSON; raises Invalid."""
    if request.content_type == "application/json":
        outcome = parse_object(request.body).get("outcome")
    else:
        outcome = request.POST.get("outcome")
    if outcome not in words:
        raise Invalid.field("outcome", f"Choose one of: {', '.join(words)}.")
    return str(outcome)


def _saves_card(request: HttpRequest) -> bool:
    if request.content_type == "application/json":
        return parse_object(request.body).get("save_card") is True
    return "save_card" in request.POST


def _is_program(request: HttpRequest) -> bool:
    accepts = request.headers.get("Accept", "")
    return request.content_type == "application/json" or (
        "application/json" in accepts and "text/html" not in accepts
    )


def _leave(request: HttpRequest, address: str, **state: str) -> HttpResponse:
    """Back to where the visitor came from; programs get the address."""
    if _is_program(request):
        return JsonResponse({**state, "redirect_url": address})
    response = redirect(address)
    response.status_code = 303
    return response
