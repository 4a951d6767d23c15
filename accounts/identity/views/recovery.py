"""Pages of e-mail verification and password reset. GET changes nothing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import sign_in_limits
from accounts.identity.actions.passwords import (
    check_reset_link,
    request_password_reset,
    reset_password,
)
from accounts.identity.actions.verification import request_verification, verify_email
from accounts.identity.email_addresses import address_of
from accounts.identity.forms.sign_in import AddressForm, NewPasswordForm
from accounts.identity.sessions import AFTER_VERIFICATION
from accounts.identity.views.links import invalid_link_page, without_referrer
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import next_path
from peerloop.kit.pools import PASSWORDS, runs_in
from peerloop.kit.refusals import Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@never_cache
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Request a reset link; the answer is the same for every address (rule AUTH-6)."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "accounts/reset_ask.html", {"form": form})
    try:
        if not form.is_valid():
            sign_in_limits.count_address(request, "reset")
            return _page(request, "accounts/reset_ask.html", {"form": form}, status=422)
        email = form.cleaned_data["email"]
        sign_in_limits.count_both(request, "reset", sign_in_limits.account_of(email))
        request_password_reset(email=email, at=clock.now())
    except Refused as refusal:
        return _refused(request, "accounts/reset_ask.html", form, refusal)
    return redirect("reset-sent")


@ASKED
@never_cache
def reset_sent(request: HttpRequest) -> HttpResponse:
    """The same next steps for every address."""
    return render(request, "accounts/reset_sent.html")


@runs_in(PASSWORDS)
@ASKED
@never_cache
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password with a link."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    try:
        if request.method != "POST":
            check_reset_link(token=token, at=clock.now())
            return without_referrer(_page(request, "accounts/reset.html", {"form": form}))
        sign_in_limits.count_address(request, "password")
        if not form.is_valid():
            return without_referrer(
                _page(request, "accounts/reset.html", {"form": form}, status=422)
            )
        reset_password(token=token, password=form.cleaned_data["password"], at=clock.now())
    except Refused as refusal:
        if "token" in refusal.fields or refusal.status == 410:
            return invalid_link_page(
                request, refusal, again="account_reset_password", label="Get a new link"
            )
        return without_referrer(_refused(request, "accounts/reset.html", form, refusal))
    messages.success(request, "Your password is changed. Sign in with the new one.")
    return redirect("account_login")


@ASKED
@never_cache
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Verify the address: by a button, since mail programs open links themselves.

    The button presses itself in the browser of the member who waits for it, where no mail program
    is signed in. ``next`` says where they were when they signed up.
    """
    if request.method != "POST":
        waits = request.user.is_authenticated and not request.user.is_verified
        return without_referrer(_page(request, "accounts/verify.html", {"presses_itself": waits}))
    try:
        sign_in_limits.count_address(request, "link")
        verify_email(token=token, at=clock.now())
    except Refused as refusal:
        return invalid_link_page(request, refusal, again="ask-verification", label="Get a new link")
    messages.success(request, "Your address is confirmed.")
    leads_to = next_path(request, default="")
    if not request.user.is_authenticated:
        query = f"?{urlencode({'next': leads_to})}" if leads_to else ""
        return redirect(reverse("account_login") + query)
    return redirect(request.session.pop(AFTER_VERIFICATION, "") or leads_to or "dashboard")


@ASKED
@never_cache
def ask_verification(request: HttpRequest) -> HttpResponse:
    """Request the verification link again; the answer is the same for every address."""
    initial = {"email": request.user.email} if request.user.is_authenticated else {}
    form = AddressForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST":
        return render(request, "accounts/verify_ask.html", {"form": form})
    try:
        if not form.is_valid():
            return _page(request, "accounts/verify_ask.html", {"form": form}, status=422)
        address = address_of(form.cleaned_data["email"])
        sign_in_limits.count_verification(request, address)
        leads_to = next_path(request, default="")
        request_verification(email=address, leads_to=leads_to, at=clock.now())
    except Refused as refusal:
        return _refused(request, "accounts/verify_ask.html", form, refusal)
    return redirect("verification-sent")


@ASKED
@never_cache
def verification_sent(request: HttpRequest) -> HttpResponse:
    """The same next steps for every address."""
    return render(request, "accounts/verify_sent.html")


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, template, context, status=status)


def _refused(request: HttpRequest, template: str, form: Form, refusal: Refused) -> HttpResponse:
    form.is_valid()
    show_refusal(form, refusal)
    return form_again(
        lambda status: _page(request, template, {"form": form}, status=status), refusal
    )
