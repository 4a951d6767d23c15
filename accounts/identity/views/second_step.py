"""The second factor of a web sign-in, and signing in with a passkey alone (security ID-8)."""

from allauth.account.stages import LoginStage
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import known_browsers, sign_in_limits
from accounts.identity.adapter import sign_in_browser, waiting_step
from accounts.identity.factors import passkeys
from accounts.identity.factors.attempts import consume_code_with_limit
from accounts.identity.forms.factors import CodeForm, ProofForm
from accounts.identity.queries.factors import Factors, factors_of
from accounts.models import User
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import go, next_path
from peerloop.kit.refusals import Refused, TooMany

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@never_cache
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a passkey after the password, then sign in."""
    if request.user.is_authenticated:
        return go(request, next_path(request))
    stage = waiting_step(request)
    if stage is None:
        return redirect("account_login")
    user: User = stage.login.user
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method != "POST":
        return _page(request, form, user)
    try:
        _prove(request, form, user)
    except Refused as refusal:
        return _refused(request, form, user, refusal)
    if form.is_bound and not form.is_valid():
        return _page(request, form, user, status=422)
    return _passed(stage)


def _prove(request: HttpRequest, form: CodeForm, user: User) -> None:
    """Check the proof that was sent: a passkey or a code."""
    if not form.is_bound:
        passkeys.authenticated(request, request.POST.get("credential", ""), by=user)
    elif form.is_valid():
        code = form.cleaned_data["code"]
        consume_code_with_limit(
            user=user, code=code, counted_as=known_browsers.counted_as(request, user.email)
        )


def _passed(stage: LoginStage) -> HttpResponse:
    response: HttpResponse = stage.exit()
    return response


@ASKED
@never_cache
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey: GET gives the options for the script, POST checks the answer."""
    if request.user.is_authenticated:
        return go(request, next_path(request))
    if request.method != "POST":
        sign_in_limits.count_address(request, "passkey")
        return HttpResponse(
            passkeys.authentication_options(request), content_type="application/json"
        )
    form = ProofForm(request.POST)
    try:
        sign_in_limits.count_address(request, "login")
        proven = passkeys.authenticated(request, request.POST.get("credential", ""))
        form.is_valid()
        return sign_in_browser(
            request,
            proven.user,
            to=next_path(request),
            timezone=request.POST.get("timezone", "")[:64],
            is_by_passkey=True,
        )
    except TooMany:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("account_login")


def _page(
    request: HttpRequest, form: Form, user: User, *, status: int = 200, words: str = ""
) -> HttpResponse:
    factors = factors_of(user)
    context = {
        "form": form,
        "factors": factors,
        "options": _options(request, factors, user),
        "words": words,
    }
    return render(request, "accounts/second_step.html", context, status=status)


def _options(request: HttpRequest, factors: Factors, user: User) -> str:
    return passkeys.authentication_options(request, user) if factors.passkeys else ""


def _refused(request: HttpRequest, form: Form, user: User, refusal: Refused) -> HttpResponse:
    if form.is_bound:
        show_refusal(form, refusal)
    words = "" if form.is_bound else refusal.message
    return form_again(
        lambda status: _page(request, form, user, status=status, words=words), refusal
    )
