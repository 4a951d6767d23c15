"""Where allauth hands over: it talks with the provider, who may come in is decided here."""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest

from accounts.identity.social.identities import NAMES
from accounts.models import User


class SocialAdapter(DefaultSocialAccountAdapter):
    """allauth's adapter, with each of its own decisions about accounts replaced by ours."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The providers whose keys are set; no table is asked."""
        return [
            SocialApp(provider=name, name=NAMES[name], client_id=keys[0], secret=keys[1])
            for name, keys in settings.OUTSIDE_KEYS.items()
            if provider in (None, name)
        ]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        """Nobody is made of it: joining is an action of ours."""
        user: User = sociallogin.user
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """The provider said who it is; everything after that is ours."""
        from accounts.identity.views.social import arrive

        raise ImmediateHttpResponse(arrive(request, sociallogin))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, *args: Any, **words: Any
    ) -> NoReturn:
        """Cancelled there, an answer to nobody's question, or the provider is away."""
        from accounts.identity.views.social import turned_away

        raise ImmediateHttpResponse(turned_away(request, NAMES[provider.id]))
