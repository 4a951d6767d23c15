"""Sign-in with Google and GitHub, and their connection in the settings (security ID-12)."""

import logging
from collections.abc import Callable

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.identity import sign_in_limits
from accounts.identity.actions.social import (
    connect_identity,
    disconnect_identity,
    sign_up_with_identity,
)
from accounts.identity.adapter import sign_in_browser
from accounts.identity.origins import origin_of
from accounts.identity.queries.sign_ins import landing_of
from accounts.identity.reauthentication import fresh_sign_in, require_fresh
from accounts.identity.social.identities import NAMES, identity_of
from accounts.models import User
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.htmx import next_path
from peerloop.kit.refusals import Conflict, Missing, Refused

logger = logging.getLogger(__name__)

HOME = "security-settings"
ZONE = "outside_zone"
View = Callable[[HttpRequest], HttpResponse]
# What reading a malformed answer raises.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, ImproperlyConfigured)


@require_POST
@never_cache
def start(request: HttpRequest, provider: str) -> HttpResponse:
    """Redirect to the provider, to sign in or sign up."""
    if request.user.is_authenticated:
        return redirect(next_path(request))
    sign_in_limits.count_address(request, "login")
    request.session[ZONE] = request.POST.get("timezone", "")[:64]
    return _off(request, provider, "login", next_path(request))


@require_POST
@login_required
@fresh_sign_in
def connect(request: MemberRequest, provider: str) -> HttpResponse:
    """Redirect to the provider, to connect its account."""
    return _off(request, provider, "connect", reverse(HOME))


@require_POST
@login_required
@fresh_sign_in
def disconnect(request: MemberRequest, provider: str) -> HttpResponse:
    """Disconnect a provider."""
    account = SocialAccount.objects.filter(user=request.user, provider=provider).first()
    if account is None:
        raise Missing
    disconnect_identity(account=account, at=clock.now())
    messages.success(request, f"{NAMES[account.provider]} is disconnected.")
    return redirect(HOME)


def back(adapter: type[OAuth2Adapter]) -> View:
    """The callback view of a provider."""
    answered = OAuth2CallbackView.adapter_view(adapter)

    @require_safe
    @never_cache
    def page(request: HttpRequest) -> HttpResponse:
        provider = adapter.provider_id
        if provider not in settings.OUTSIDE_KEYS:
            raise Missing
        try:
            response: HttpResponse = answered(request)
            return response
        except UNREADABLE:
            logger.exception("%s answered something else than documented", provider)
            return show_provider_error(request, NAMES[provider])

    return page


google_back = back(GoogleOAuth2Adapter)
github_back = back(GitHubOAuth2Adapter)


def complete_social_login(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """After the provider named the account: sign in, sign up or connect; never by address alone."""
    _keep_little(login)
    try:
        if login.state.get("process") == "connect":
            return _connected(request, login)
        return _signed_in(request, login)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(HOME if request.user.is_authenticated else "account_login")


def show_provider_error(request: HttpRequest, name: str) -> HttpResponse:
    """The provider refused or failed: back to the page, nothing changed."""
    messages.error(request, f"{name} did not confirm it. Nothing was changed; you can try again.")
    return redirect(HOME if request.user.is_authenticated else "account_login")


def _off(request: HttpRequest, provider: str, process: str, to: str) -> HttpResponse:
    if provider not in settings.OUTSIDE_KEYS:
        raise Missing
    there = get_adapter().get_provider(request, provider)
    response: HttpResponse = there.redirect(request, process, next_url=to)
    return response


def _signed_in(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    if request.user.is_authenticated:
        raise Conflict("You are signed in already. Connect another account here.")
    zone = request.session.pop(ZONE, "")
    user = login.account.user if login.account.pk else _joined(request, login, zone)
    to = login.state.get("next") or landing_of(user)
    return sign_in_browser(request, user, to=to, timezone=zone)


def _joined(request: HttpRequest, login: SocialLogin, zone: str) -> User:
    sign_in_limits.count_address(request, "signup")
    identity = identity_of(login)
    sign_in_limits.count_account("signup", identity.email.lower())
    origin = origin_of(request)
    return sign_up_with_identity(identity=identity, timezone=zone, origin=origin, at=clock.now())


def _connected(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        raise Conflict("Sign in first, then connect it in your security settings.")
    require_fresh(request)
    identity = identity_of(login)
    connect_identity(user=user, identity=identity, at=clock.now())
    messages.success(request, f"{identity.where} is connected. It signs you in from now on.")
    return redirect(HOME)


def _keep_little(login: SocialLogin) -> None:
    """allauth stored everything that the provider returned; reduce it to the address."""
    if login.account.pk:
        email = identity_of(login).email
        login.account.extra_data = {"email": email}
        login.account.save(update_fields=["extra_data"])
