"""Sensitive actions need a fresh sign-in: a proof of identity of the last 15 minutes (ID-7).

On the web the proof is noted in the session, at sign-in and at /confirm. Over the API a sign-in as
young counts too, else the act's body carries ``current_password``. Real time, also in a demo.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from accounts.identity import sign_in_limits
from accounts.models import User
from peerloop.kit.refusals import Forbidden, Invalid
from peerloop.kit.tracing import missing_proof

FRESH_SECONDS = 15 * 60
PROVED = "proved_at"

View = Callable[..., Any]


class FreshSignInNeeded(Forbidden):
    """The last proof of identity is too old for this action."""

    code = "fresh_sign_in_needed"
    message = "Confirm that it's you, then send it again. Nothing was changed yet."
    leads_to = "confirm"


class CurrentPasswordNeeded(Forbidden):
    """The same over the API, where the body can hold the password."""

    code = "current_password_needed"
    message = "Sign in again, or send your password as current_password."


def fresh_sign_in(view: View) -> View:
    """View decorator, below ``login_required``: asks at /confirm first, then returns to the page.

    A form that was sent too late is not run: its page is shown again after /confirm, and says so.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require_fresh(request)
        return view(request, *args, **kwargs)

    return asked


def require_fresh(request: HttpRequest) -> None:
    """Raises FreshSignInNeeded, which leads to /confirm and back, if the last proof is old."""
    if not is_fresh(request):
        raise FreshSignInNeeded


def note_missing_proof(request: HttpRequest) -> None:
    """Let privileged acts of this request ask for a fresh sign-in, if it is not."""
    missing_proof.set(None if is_fresh(request) else FreshSignInNeeded)


def note_age_of_token(claims: Any) -> None:
    """The same for a request with an access token."""
    is_old = _now() - _began(claims) > FRESH_SECONDS
    missing_proof.set(CurrentPasswordNeeded if is_old else None)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the member proved their identity in this browser in the last 15 minutes."""
    return 0 <= _now() - request.session.get(PROVED, 0) <= FRESH_SECONDS


def record_proof(session: SessionBase) -> None:
    """Record in the session that the member just proved their identity."""
    session[PROVED] = _now()


def note_sign_in_as_proof(request: HttpRequest, **_: Any) -> None:
    """Connected to Django's ``user_logged_in``: a sign-in is a proof."""
    record_proof(request.session)


def require_current_password(request: Any, given: str) -> None:
    """Over the API: a sign-in of the last 15 minutes, or the password in the request.

    ``request`` is DRF's, behind BearerAuthentication; ``given`` the body's ``current_password``, or
    "". A password that comes along is always looked at. Raises CurrentPasswordNeeded, Invalid
    naming ``current_password``, or TooMany.
    """
    if given:
        check_current_password(request.user, given, field="current_password")
    elif _now() - _began(request.auth) > FRESH_SECONDS:
        raise CurrentPasswordNeeded


def check_current_password(user: User, given: str, *, field: str) -> None:
    """Count the attempt, then check the password; raises TooMany, or Invalid naming the field."""
    sign_in_limits.count_account("password", str(user.pk))
    if not user.check_password(given):
        raise Invalid.field(field, "This is not your current password.", code="wrong_password")
    missing_proof.set(None)


def _began(claims: Any) -> int:
    """When the sign-in of an access token began, in Unix seconds: its family id is a UUIDv7."""
    return (uuid.UUID(str(claims["family"])).int >> 80) // 1_000


def _now() -> int:
    return int(timezone.now().timestamp())
