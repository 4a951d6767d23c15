"""The adapter of allauth.socialaccount: allauth talks with the provider, we decide who signs in."""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest

from accounts.identity.social.identities import NAMES
from accounts.models import User


class SocialAdapter(DefaultSocialAccountAdapter):
    """allauth's adapter with its decisions about accounts replaced by ours."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The providers whose keys are set, without a query."""
        return [
            SocialApp(provider=name, name=NAMES[name], client_id=keys[0], secret=keys[1])
            for name, keys in settings.OUTSIDE_KEYS.items()
            if provider in (None, name)
        ]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        """The unsaved user as it is: members sign up through our own action."""
        user: User = sociallogin.user
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """Stop allauth once the provider has named the account, and answer ourselves."""
        from accounts.identity.views.social import complete_social_login

        raise ImmediateHttpResponse(complete_social_login(request, sociallogin))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, *args: Any, **words: Any
    ) -> NoReturn:
        """The visitor cancelled, the answer has no valid state, or the provider is unavailable."""
        from accounts.identity.views.social import show_provider_error

        raise ImmediateHttpResponse(show_provider_error(request, NAMES[provider.id]))
