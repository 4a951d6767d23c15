"""Requests whose member is known: for doors behind sign-in."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from accounts.models import User


class MemberRequest(HttpRequest):
    """A page request that passed ``login_required``."""

    user: User
    htmx: HtmxDetails


class MemberApiRequest(Request):
    """An API request that passed authentication."""

    user: User
