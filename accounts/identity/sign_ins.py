"""Names of sign-ins, for what must end with one: ``web:`` a browser's, ``api:`` a program's.

A name says which sign-in it is and proves nothing: who holds one can't sign in by it.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from accounts.identity.sessions import row_id
from accounts.models import RefreshToken, WebSession
from peerloop.kit.ids import uuid_of

WEB, API = "web", "api"


def web_sign_in(request: HttpRequest) -> str:
    """The sign-in of a browser's request."""
    return f"{WEB}:{row_id(request.session.session_key or '')}"


def api_sign_in(request: Any) -> str:
    """The sign-in of a request with an access token; "" without one."""
    claims = request.auth if isinstance(request.auth, dict) else {}
    return f"{API}:{claims['family']}" if claims.get("family") else ""


def is_signed_in(sign_in: str, user_id: UUID) -> bool:
    """Whether that sign-in is the member's and has not ended: one query.

    Being there does not count as a visit, and idle time does not end it here: a lesson may be
    longer than staff may be idle.
    """
    kind, _, name = sign_in.partition(":")
    key = uuid_of(name)
    if key is None:
        return False
    if kind == WEB:
        rows = WebSession.objects.filter(pk=key, user_id=user_id, expire_date__gt=timezone.now())
        return rows.exists()
    usable = RefreshToken.objects.usable(timezone.now())
    return kind == API and usable.filter(family=key, user_id=user_id).exists()
