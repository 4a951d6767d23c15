"""The request of a page that only members see."""

from django.http import HttpRequest

from accounts.models import User


class MemberRequest(HttpRequest):
    """A request behind ``login_required``: somebody is signed in."""

    user: User
