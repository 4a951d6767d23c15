"""Entering our own room without signing in: an app's web view, by the address of a join.

The address works once; then a cookie, which only the pages of this room get, stands for the person
until the sign-in of the app ends.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from accounts.identity.sign_ins import is_signed_in, web_sign_in
from accounts.models import User
from accounts.requests import MemberRequest
from peerloop.kit.redis import redis_client
from peerloop.kit.refusals import Gone
from scheduling.actions.joining import RoomDown
from scheduling.local_room import (
    KEEP_SECONDS,
    PASS_SALT,
    TICKET_SECONDS,
    VISITOR_SALT,
    Ticket,
    issue_ticket,
    read_ticket,
    ticket_key,
)
from scheduling.models import Session

# Not "__Host-": the cookie is for one room's pages only.
COOKIE = "__Secure-peerloop_room" if settings.SESSION_COOKIE_SECURE else "peerloop_room"

View = Callable[..., HttpResponse]


class RoomRequest(MemberRequest):
    """A request of a page of the room, as ``for_those_inside`` hands it on."""

    sign_in: str
    is_visitor: bool


class WayInSpent(Gone):
    """The address was used, or is too old."""

    code = "way_in_spent"
    message = "This way in was used already, or is too old. Join the session again in your app."


# GET alone: a HEAD of a preview must not use it up.
@require_GET
@never_cache
def enter(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Into the room by the address of a join, once. Raises WayInSpent, RoomDown."""
    way_in = read_ticket(request.GET.get("pass", ""), salt=PASS_SALT)
    if way_in is None or way_in.session_id != session_id or not _is_valid(way_in):
        raise WayInSpent
    if not _is_first_use(way_in):
        raise WayInSpent
    response = redirect("session-room", session_id=session_id)
    response.set_cookie(
        COOKIE,
        issue_ticket(
            session_id=session_id,
            user_id=way_in.user_id,
            sign_in=way_in.sign_in,
            salt=VISITOR_SALT,
        ),
        max_age=KEEP_SECONDS,
        path=reverse("session-room", args=[session_id]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def for_those_inside(view: View) -> View:
    """``login_required`` for the pages of our room, which also take the cookie of ``enter``.

    The view finds the person in ``request.user`` and the name of their sign-in in
    ``request.sign_in``. A participant who is signed in in this browser comes first.
    """

    @wraps(view)
    @never_cache
    def answer(request: Any, session_id: UUID) -> HttpResponse:
        visitor = _visitor(request, session_id)
        request.is_visitor = False
        if visitor is not None and not _takes_part(request.user, session_id):
            request.is_visitor = True
            request.user, request.sign_in = visitor
        elif not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        else:
            request.sign_in = web_sign_in(request)
        return view(request, session_id)

    return answer


def _visitor(request: HttpRequest, session_id: UUID) -> tuple[User, str] | None:
    found = read_ticket(request.COOKIES.get(COOKIE, ""), salt=VISITOR_SALT, seconds=KEEP_SECONDS)
    if found is None or found.session_id != session_id or not _is_valid(found):
        return None
    return User.objects.get(pk=found.user_id), found.sign_in


def _takes_part(user: Any, session_id: UUID) -> bool:
    return isinstance(user, User) and Session.objects.involving(user).filter(pk=session_id).exists()


def _is_valid(ticket: Ticket) -> bool:
    """Whether its sign-in lasts and its member may sign in."""
    if not is_signed_in(ticket.sign_in, ticket.user_id):
        return False
    user = User.objects.filter(pk=ticket.user_id).first()
    return user is not None and user.may_sign_in


def _is_first_use(ticket: Ticket) -> bool:
    try:
        return bool(redis_client().set(ticket_key(ticket), b"1", nx=True, ex=TICKET_SECONDS * 2))
    except RedisError as error:
        raise RoomDown from error
