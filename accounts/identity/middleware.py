"""Checks the member and the age of the session at each page request.

Staff who need a second factor and have none may only set one up (security ID-8).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.identity.factors.requirement import (
    SecondFactorRequired,
    require_second_factor_of_staff,
)
from accounts.identity.reauthentication import note_missing_proof
from accounts.identity.sessions import ADDRESS, AGENT, BEGAN, SEEN, coarse
from accounts.identity.sign_in_limits import agent_of
from accounts.requests import acting
from peerloop.kit.middleware import answer_refusal, is_api
from peerloop.kit.network import client_address
from peerloop.kit.refusals import Forbidden
from peerloop.kit.tracing import actor_id

RIGHTS = "rights"

# Where staff who need a second factor set one up, prove who they are, or leave: these pages and
# those below them, and the links of mails.
TO_SET_UP = ("security-settings", "confirm", "ask-verification", "account_login", "account_logout")
LINKS_TO_SET_UP = ("confirm-address", "undo-address")

Handler = Callable[[HttpRequest], HttpResponse]

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Idle and absolute (security ID-6); real time, also in a demo.
MEMBER_AGES = (timedelta(days=14), timedelta(days=30))
STAFF_AGES = (timedelta(minutes=30), timedelta(hours=12))
# How old the recorded last visit may be, in seconds: each update is a write.
MEMBER_NOTE, STAFF_NOTE = 300, 60


class MemberMiddleware:
    """Signs out who may no longer sign in, and sessions that are too old (ROLE-11, ROLE-12)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check only requests with a session cookie, so that visitors cost no query."""
        if _is_foreign(request):
            return answer_refusal(request, Forbidden("This form came from another site."))
        if not is_api(request) and "_auth_user_id" in request.session:
            if not _may_stay(request):
                logout(request)
            elif refusal := _lacks_second_factor(request):
                return answer_refusal(request, refusal)
            else:
                note_missing_proof(request)
                # The member in place of Django's proxy, through which each look at them goes.
                request.user = getattr(request, "_cached_user", request.user)
        if (person := getattr(request, "_cached_user", None)) is not None and person.pk:
            actor_id.set(str(person.pk))
        return self.get_response(request)


def _is_foreign(request: HttpRequest) -> bool:
    """Whether another site made the browser send this unsafe request (security ID-13)."""
    return (
        request.method not in SAFE
        and not is_api(request)
        and request.headers.get("Sec-Fetch-Site") == "cross-site"
    )


@cache
def _paths_to_set_up() -> tuple[str, ...]:
    links = (reverse(name, args=["-"]).removesuffix("-") for name in LINKS_TO_SET_UP)
    return (*(reverse(name) for name in TO_SET_UP), *links)


def _lacks_second_factor(request: HttpRequest) -> SecondFactorRequired | None:
    """The refusal for staff without a second factor; on every page, as all show private data."""
    if request.path_info.startswith(_paths_to_set_up()):
        return None
    try:
        require_second_factor_of_staff(acting(request))
    except SecondFactorRequired as refusal:
        return refusal
    return None


def _may_stay(request: HttpRequest) -> bool:
    if not getattr(request.user, "may_sign_in", False):
        return False
    if is_past(request.session, request.user):
        return False
    now = int(timezone.now().timestamp())
    if now - request.session[SEEN] > (STAFF_NOTE if _is_staff(request.user) else MEMBER_NOTE):
        request.session[SEEN] = now
    _renew_at_change_of_rights(request)
    return True


def _renew_at_change_of_rights(request: HttpRequest) -> None:
    """Cycle the session key when the roles of the member changed."""
    held = _rights(request.user)
    known = request.session.get(RIGHTS)
    if known == held:
        return
    request.session[RIGHTS] = held
    if known is not None:
        request.session.cycle_key()


def _rights(user: Any) -> str:
    named = (("admin", user.is_admin), ("moderator", user.is_moderator))
    return " ".join(name for name, holds in (*named, ("creator", user.is_creator)) if holds)


def is_past(session: Any, user: Any) -> bool:
    """Whether a session is past its absolute or idle age."""
    idle, absolute = (age.total_seconds() for age in ages_of(user))
    now = int(timezone.now().timestamp())
    return now - session.get(BEGAN, 0) > absolute or now - session.get(SEEN, 0) > idle


def ages_of(user: Any) -> tuple[timedelta, timedelta]:
    """The longest idle and absolute age of a member's session."""
    return STAFF_AGES if _is_staff(user) else MEMBER_AGES


def _is_staff(user: Any) -> bool:
    return bool(getattr(user, "keeps_order", False)) and not settings.DEMO


def note_beginning(request: HttpRequest, user: Any, **_: Any) -> None:
    """Record when and where a session began, and the roles of its member.

    Connected to Django's ``user_logged_in``, so that every way of signing in is covered.
    """
    request.session[BEGAN] = request.session[SEEN] = int(timezone.now().timestamp())
    request.session[AGENT] = agent_of(request)
    request.session[ADDRESS] = coarse(client_address(request))
    request.session[RIGHTS] = _rights(user)
