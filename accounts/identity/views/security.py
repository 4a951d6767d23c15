"""The page of security settings: password, second factors, sign-ins."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity import sign_in_limits
from accounts.identity.actions.passwords import change_password
from accounts.identity.actions.verification import request_verification
from accounts.identity.forms.sign_in import ChangePasswordForm
from accounts.identity.queries.browsers import browsers_of
from accounts.identity.queries.factors import factors_of
from accounts.identity.queries.sign_ins import sign_ins_of
from accounts.identity.social.identities import connections_of
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.pools import PASSWORDS, runs_in
from peerloop.kit.refusals import Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@runs_in(PASSWORDS)
@ASKED
@login_required
def security(request: MemberRequest) -> HttpResponse:
    """Change the password; list second factors and sign-ins."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _security(request, form)
    if not form.is_valid():
        return _security(request, form, status=422)
    try:
        sign_in_limits.count_account("password", str(request.user.pk))
        change_password(user=request.user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _security(request, form, status=status), refusal)
    update_session_auth_hash(request, request.user)
    messages.success(request, "Your password is changed. All other devices are signed out.")
    return redirect("security-settings")


@require_POST
@login_required
def resend(request: MemberRequest) -> HttpResponse:
    """Send the verification link to the member's address again."""
    sign_in_limits.count_verification(request, request.user.email)
    request_verification(email=request.user.email, at=clock.now())
    messages.success(request, f"A new link is on its way to {request.user.email}.")
    return redirect("security-settings")


def _security(request: MemberRequest, form: ChangePasswordForm, *, status: int = 200) -> Any:
    context = {
        "form": form,
        "factors": factors_of(request.user),
        "outside": connections_of(request.user),
        "browsers": browsers_of(request.user, session_key=request.session.session_key),
        "sign_ins": sign_ins_of(request.user),
    }
    return render(request, "accounts/security.html", context, status=status)
