"""What allauth does for us: the steps of a web sign-in, where a second factor joins."""

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
    """allauth's adapter for our members; joining and mails are our own actions'."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Joining goes through ``actions.sign_up`` alone."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""

    def get_login_stages(self) -> list[str]:
        """What a sign-in passes besides the first proof: the second factor alone."""
        return ["accounts.identity.stages.SecondFactorStage"]

    def login(self, request: HttpRequest, user: Any) -> None:
        """All steps are passed: note the sign-in, and make the session the member's."""
        note_sign_in(
            user=user,
            at=clock.now(),
            agent=sign_in_limits.agent_of(request),
            timezone=request.session.pop(ZONE, ""),
            is_new_device=not known_browsers.knows(request, user.email),
        )
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **words: Any) -> HttpResponse:
        """On to where the member was going; the browser knows the account from now on."""
        response: HttpResponse = super().post_login(request, user, **words)
        known_browsers.remember(request, response, user.email)
        return response


def sign_in_browser(
    request: HttpRequest, user: User, *, to: str, timezone: str = "", is_by_passkey: bool = False
) -> HttpResponse:
    """Run the steps of a web sign-in, then lead to ``to``, a path of ours.

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
    """The second step that this browser's sign-in waits for.

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
