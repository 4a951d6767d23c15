"""Pages of an e-mail address change: request, confirm and undo it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import sign_in_limits
from accounts.identity.actions.address_change import (
    confirm_address,
    request_address_change,
    undo_address,
)
from accounts.identity.forms.sign_in import NewAddressForm
from accounts.identity.queries.email_addresses import open_change_of
from accounts.identity.reauthentication import fresh_sign_in
from accounts.identity.views.links import invalid_link_page, without_referrer
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Refused, TooMany

ASKED = require_http_methods(["GET", "HEAD", "POST"])
PAGE = "change-address"


@ASKED
@never_cache
@login_required
@fresh_sign_in
def address(request: MemberRequest) -> HttpResponse:
    """Request another address; the answer is the same for a free and a taken one."""
    form = NewAddressForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _ask(request, form)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        sign_in_limits.count_account("address", str(request.user.pk))
        request_address_change(user=request.user, email=form.cleaned_data["email"], at=clock.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _ask(request, form, status=status), refusal)
    return redirect(PAGE)


@ASKED
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the new address: by a button, since mail programs open links themselves."""
    if request.method != "POST":
        return without_referrer(render(request, "accounts/address_confirm.html"))
    try:
        sign_in_limits.count_address(request, "password")
        member = confirm_address(token=token, at=clock.now())
    except TooMany:
        raise
    except Refused as refusal:
        return invalid_link_page(request, refusal, again=PAGE, label="Ask for a change again")
    if request.user.is_authenticated and request.user.pk == member.pk:
        update_session_auth_hash(request, member)
        messages.success(request, f"Your address is {member.email} now.")
        return redirect("security-settings")
    messages.success(request, "Your new address is confirmed. Sign in with it.")
    return redirect("account_login")


@ASKED
@never_cache
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Undo the change with the link that was sent to the old address."""
    if request.method != "POST":
        return without_referrer(render(request, "accounts/address_undo.html"))
    try:
        sign_in_limits.count_address(request, "password")
        undo_address(token=token, at=clock.now())
    except TooMany:
        raise
    except Refused as refusal:
        return invalid_link_page(
            request, refusal, again="account_reset_password", label="Set a new password"
        )
    messages.success(
        request, "Your old address is back and all devices are signed out. Set a new password now."
    )
    return redirect("account_reset_password")


def _ask(request: MemberRequest, form: NewAddressForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "change": open_change_of(request.user, at=clock.now()),
    }
    return render(request, "accounts/address.html", context, status=status)
