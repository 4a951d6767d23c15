"""Types of requests with a signed-in member."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from accounts.models import User


class MemberRequest(HttpRequest):
    """A page request that passed ``login_required``."""

    user: User
    htmx: HtmxDetails


def acting(request: HttpRequest) -> User:
    """The signed-in member of a view that requires sign-in, such as the admin site."""
    user = request.user
    if not isinstance(user, User):  # pragma: no cover - the view requires sign-in
        raise TypeError("the view does not require sign-in")
    return user


class MemberApiRequest(Request):
    """An API request that passed authentication."""

    user: User
