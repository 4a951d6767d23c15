"""Pages of sign-up, sign-in and sign-out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import known_browsers, sign_in_limits
from accounts.identity.actions.sign_in import member_by_password
from accounts.identity.actions.sign_up import sign_up
from accounts.identity.adapter import sign_in_browser
from accounts.identity.forms.sign_in import LogInForm, SignUpForm
from accounts.identity.origins import origin_of
from accounts.identity.queries.sign_ins import landing_of
from accounts.identity.social.identities import offered
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import go, next_path
from peerloop.kit.pools import PASSWORDS, runs_in
from peerloop.kit.refusals import Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@runs_in(PASSWORDS)
@ASKED
@never_cache
def signup(request: HttpRequest) -> HttpResponse:
    """Sign up and be signed in."""
    if request.user.is_authenticated:
        return go(request, next_path(request))
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        form.initial["role"] = request.GET.get("role", "student")
        return _form(request, "accounts/signup.html", form)
    try:
        if not form.is_valid():
            sign_in_limits.count_address(request, "signup")
            return _form(request, "accounts/signup.html", form, status=422)
        given = form.cleaned_data
        sign_in_limits.count_both(request, "signup", sign_in_limits.account_of(given["email"]))
        user = sign_up(**given, origin=origin_of(request), at=clock.now())
    except Refused as refusal:
        return refused_form(request, "accounts/signup.html", form, refusal)
    return sign_in_browser(request, user, to=next_path(request, landing_of(user)))


@runs_in(PASSWORDS)
@ASKED
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """Sign in, then go on to the page that needed it."""
    if request.user.is_authenticated:
        return go(request, next_path(request))
    form = LogInForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _form(request, "accounts/login.html", form)
    try:
        if not form.is_valid():
            sign_in_limits.count_address(request, "login")
            return _form(request, "accounts/login.html", form, status=422)
        given = form.cleaned_data
        sign_in_limits.count_both(
            request, "login", known_browsers.counted_as(request, given["email"])
        )
        user = member_by_password(request=request, email=given["email"], password=given["password"])
    except Refused as refusal:
        return refused_form(request, "accounts/login.html", form, refusal)
    return sign_in_browser(
        request, user, to=next_path(request, landing_of(user)), timezone=given["timezone"]
    )


@ASKED
@never_cache
def logout(request: HttpRequest) -> HttpResponse:
    """Sign this browser out; GET asks for confirmation."""
    from django.contrib.auth import logout as end_session

    if request.method != "POST":
        return render(request, "accounts/logout.html")
    end_session(request)
    response = redirect("home")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _form(
    request: HttpRequest, template: str, form: LogInForm | SignUpForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "next": next_path(request, default=""), "outside": offered()}
    return render(request, template, context, status=status)


def refused_form(
    request: HttpRequest, template: str, form: LogInForm | SignUpForm, refusal: Refused
) -> HttpResponse:
    """The form again, with the refusal and the typed values; 429 says when to retry."""
    form.is_valid()
    show_refusal(form, refusal)
    return form_again(lambda status: _form(request, template, form, status=status), refusal)
