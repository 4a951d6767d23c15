"""The page that asks for a fresh sign-in before a sensitive action (security ID-7)."""

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import known_browsers
from accounts.identity.factors import passkeys
from accounts.identity.factors.attempts import consume_code_with_limit
from accounts.identity.forms.factors import CodeForm
from accounts.identity.forms.sign_in import ConfirmForm
from accounts.identity.queries.factors import factors_of
from accounts.identity.reauthentication import (
    check_current_password,
    is_fresh,
    record_proof,
)
from accounts.requests import MemberRequest
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import go, next_path
from peerloop.kit.pools import PASSWORDS, runs_in
from peerloop.kit.refusals import Refused

HOME = "security-settings"


@runs_in(PASSWORDS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def confirm(request: MemberRequest) -> HttpResponse:
    """Ask for the password, a code or a passkey, then return to the page that asked."""
    if is_fresh(request):
        return go(request, next_path(request, default=HOME))
    form = _form(request)
    if request.method != "POST":
        return _page(request, form)
    if form.is_bound and not form.is_valid():
        return _page(request, form, status=422)
    try:
        _prove(request, form)
    except Refused as refusal:
        return _refused(request, form, refusal)
    request.session.cycle_key()
    record_proof(request.session)
    return go(request, next_path(request, default=HOME))


def _form(request: MemberRequest) -> Form:
    """The form of the proof that was sent."""
    if "code" in request.POST:
        return CodeForm(request.POST)
    if "credential" in request.POST:
        return ConfirmForm()
    return ConfirmForm(request.POST if request.method == "POST" else None)


def _prove(request: MemberRequest, form: Form) -> None:
    """Check the proof that was sent; raises its refusal."""
    user = request.user
    if not form.is_bound:
        passkeys.authenticated(request, request.POST["credential"], by=user)
    elif isinstance(form, CodeForm):
        counted_as = known_browsers.counted_as(request, user.email)
        consume_code_with_limit(user=user, code=form.cleaned_data["code"], counted_as=counted_as)
    else:
        check_current_password(user, form.cleaned_data["password"], field="password")


def _page(
    request: MemberRequest, form: Form, *, status: int = 200, words: str = ""
) -> HttpResponse:
    is_code = isinstance(form, CodeForm)
    factors = factors_of(request.user)
    context = {
        "form": ConfirmForm() if is_code else form,
        "code_form": form if is_code else CodeForm(),
        "factors": factors,
        "options": (
            passkeys.authentication_options(request, request.user) if factors.passkeys else ""
        ),
        "has_password": request.user.has_usable_password(),
        "next": next_path(request, default=""),
        "words": words,
    }
    return render(request, "accounts/confirm.html", context, status=status)


def _refused(request: MemberRequest, form: Form, refusal: Refused) -> HttpResponse:
    if form.is_bound:
        show_refusal(form, refusal)
    words = "" if form.is_bound else refusal.message
    return form_again(lambda status: _page(request, form, status=status, words=words), refusal)
