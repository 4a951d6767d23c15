"""What allauth does for us: the steps of a web sign-in, where a second factor can join."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter for our members; joining and mails are our own actions'."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Joining goes through ``actions.sign_up`` alone."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""


def sign_in_browser(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Run the steps of a web sign-in, then lead to ``to``, a path of ours."""
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=to
    )
    return response
