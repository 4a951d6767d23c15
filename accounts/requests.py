"""Requests whose member is known: for doors behind sign-in."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from accounts.models import User


class MemberRequest(HttpRequest):
    """A page request that passed ``login_required``."""

    user: User
    htmx: HtmxDetails


def acting(request: HttpRequest) -> User:
    """Who acts behind a door that lets in members only, such as the admin site."""
    user = request.user
    if not isinstance(user, User):  # pragma: no cover - the door's own guard comes first
        raise TypeError("a visitor came through a door for members")
    return user


class MemberApiRequest(Request):
    """An API request that passed authentication."""

    user: User
