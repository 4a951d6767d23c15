"""The stage that a web sign-in passes after the first proof (security ID-8)."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.identity.queries.factors import has_second_factor

# Facts of a sign-in, stored with it in the session while it waits for the second factor.
VERSION, BY_PASSKEY = "token_version", "is_by_passkey"


class SecondFactorStage(LoginStage):
    """Asks for the second factor, unless the member has none or signed in with a passkey."""

    key = "mfa_authenticate"
    urlname = "mfa_authenticate"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """allauth's pair: the page to go to, if any, and whether the sign-in goes on later."""
        if self.login.signal_kwargs[BY_PASSKEY] or not has_second_factor(self.login.user):
            return None, True
        return redirect(self.urlname), True
