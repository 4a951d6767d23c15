"""Requests whose member is known: for doors behind sign-in."""

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import User


class MemberRequest(HttpRequest):
    """A page request that passed ``login_required``."""

    user: User


class MemberApiRequest(Request):
    """An API request that passed authentication."""

    user: User
