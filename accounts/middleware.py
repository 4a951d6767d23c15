"""The member behind a page request: still allowed in, and in which zone."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


class MemberMiddleware:
    """Signs out a member whose sign-in was closed meanwhile (rules ROLE-11, ROLE-12)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check only where a session cookie came, so that visitors cost no query."""
        if "_auth_user_id" in request.session and not getattr(request.user, "may_sign_in", False):
            logout(request)
        return self.get_response(request)
