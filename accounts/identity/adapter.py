"""Web sign-in through allauth: its adapter, and the functions that start and resume a sign-in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import LoginStage, LoginStageController
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse

from accounts.identity import known_browsers, sign_in_limits
from accounts.identity.actions.sign_in import WrongCredentials, note_sign_in
from accounts.identity.stages import BY_PASSKEY, VERSION, SecondFactorStage
from accounts.models import User
from accounts.sanctions.actions.suspension import lift_if_over
from peerloop.kit import clock

ZONE = "sign_in_zone"


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter; sign-up and mails are our own actions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: members sign up through ``actions.sign_up``."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No messages of allauth: our views show their own."""

    def get_login_stages(self) -> list[str]:
        """The stages of a sign-in after the first proof: only the second factor."""
        return ["accounts.identity.stages.SecondFactorStage"]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Record the sign-in and log the member in, once all stages are passed."""
        note_sign_in(
            user=user,
            at=clock.now(),
            agent=sign_in_limits.agent_of(request),
            timezone=request.session.pop(ZONE, ""),
            is_new_device=not known_browsers.knows(request, user.email),
        )
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **words: Any) -> HttpResponse:
        """Redirect the member, and remember this browser for the account."""
        response: HttpResponse = super().post_login(request, user, **words)
        known_browsers.remember(request, response, user.email)
        return response


def sign_in_browser(
    request: HttpRequest, user: User, *, to: str, timezone: str = "", is_by_passkey: bool = False
) -> HttpResponse:
    """Sign a member in on the web, then redirect to ``to``, a path of this site.

    Who has a second factor is not signed in yet, unless a passkey proved both at once: the answer
    then leads to its page. Raises
    WrongCredentials for a closed account, whichever way it was proven; one that was closed for a
    time that is over opens.
    """
    lift_if_over(user=user, at=clock.now())
    if not user.may_sign_in:
        raise WrongCredentials
    if timezone:
        request.session[ZONE] = timezone
    facts = {VERSION: user.token_version, BY_PASSKEY: is_by_passkey}
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=to, signal_kwargs=facts
    )
    return response


def waiting_step(request: HttpRequest) -> LoginStage | None:
    """The stage of the second factor that this browser's sign-in waits for, or None.

    Nothing without one, and none once the account was closed or its sign-ins were ended meanwhile:
    a password reset in between must win.
    """
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage is None:
        return None
    user = stage.login.user
    if not isinstance(user, User) or not user.may_sign_in or _was_ended(stage, user):
        stage.abort()
        return None
    return stage


def _was_ended(stage: LoginStage, user: User) -> bool:
    return bool(stage.login.signal_kwargs[VERSION] != user.token_version)
