"""Withdrawing from a contract in two steps, for whoever bought, signed in or not."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.incoming.rate_limits import count_try
from accounts.models import User
from billing.actions.withdrawing import payment_of, withdraw
from billing.forms import WithdrawalForm
from billing.queries.refund_preview import preview_cancellation
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.network import client_address
from peerloop.kit.refusals import Refused

MOST_CHECKS, MOST_STATEMENTS, HOUR = 30, 6, 3_600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_here(request: HttpRequest) -> HttpResponse:
    """Ask for name, address and payment; show what comes back; take the statement."""
    if request.method != "POST":
        return _page(request, WithdrawalForm(initial=_known(request)))
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    if "again" in request.POST:
        return _page(request, form)
    given = {name: form.cleaned_data[name] for name in ("name", "email", "order")}
    if form.cleaned_data["homepage"]:
        # A program filled in what people don't see: it learns nothing from the answer.
        return redirect("withdraw-done")
    try:
        if "confirmed" not in request.POST:
            return _confirm_page(request, form, given)
        _count(request, "withdrawal", MOST_STATEMENTS, given["email"])
        withdraw(**given, at=clock.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, form, status), refusal)
    return redirect("withdraw-done")


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What happens with a statement; the same for every one."""
    return render(request, "billing/withdrawn.html")


def _known(request: HttpRequest) -> dict[str, str]:
    """What the link of a receipt, or being signed in, tells already."""
    known = {"order": request.GET.get("order", "")[:300]}
    if isinstance(request.user, User):
        known |= {"name": request.user.name, "email": request.user.email}
    return known


def _page(request: HttpRequest, form: WithdrawalForm, status: int = 200) -> HttpResponse:
    return render(request, "billing/withdraw.html", {"form": form}, status=status)


def _confirm_page(
    request: HttpRequest, form: WithdrawalForm, given: dict[str, str]
) -> HttpResponse:
    _count(request, "withdrawal-check", MOST_CHECKS)
    payment = payment_of(order=given["order"], email=given["email"])
    enrollment = payment.enrollment if payment else None
    context: dict[str, Any] = {"form": form, "given": given, "payment": payment}
    if enrollment and enrollment.is_active:
        context["preview"] = preview_cancellation(enrollment=enrollment, at=clock.now())
    return render(request, "billing/withdraw_confirm.html", context)


def _count(request: HttpRequest, scope: str, limit: int, email: str = "") -> None:
    """Count by network address and, where a mail is sent, by its address; raises TooMany."""
    subjects = [f"address:{client_address(request)}"]
    if email:
        subjects.append(f"mailbox:{email.lower()}")
    # Real time, also in a demo.
    count_try(scope=scope, subjects=subjects, limit=limit, seconds=HOUR, at=timezone.now())
