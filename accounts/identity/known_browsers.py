"""Known browsers, by cookie: strangers can't lock a member out of one used before (ID-3)."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.identity.email_addresses import address_or_none
from accounts.identity.sign_in_limits import account_of

SALT = "accounts.device"
YEAR_SECONDS = 365 * 24 * 3_600
MOST_ACCOUNTS = 5


def cookie_name() -> str:
    """The cookie's name; the prefix, which binds it to this host, needs https."""
    return "__Host-peerloop_device" if settings.SESSION_COOKIE_SECURE else "peerloop_device"


def knows(request: HttpRequest, email: str) -> bool:
    """Whether the account signed in with this browser before."""
    return _hash_of(email) in _read(request)["accounts"]


def counted_as(request: HttpRequest, email: str) -> str:
    """The key by which rate limits count the account; a known browser has its own."""
    address = account_of(email)
    if knows(request, email):
        return f"{address} on {_read(request)['device']}"
    return address


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Remember the account in this browser, in a signed cookie for a year."""
    kept = _read(request)
    mark = _hash_of(email)
    others = [account for account in kept["accounts"] if account != mark]
    kept["accounts"] = [mark, *others][:MOST_ACCOUNTS]
    response.set_cookie(
        cookie_name(),
        signing.dumps(kept, salt=SALT),
        max_age=YEAR_SECONDS,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        kept = signing.loads(
            request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=YEAR_SECONDS
        )
        return {"device": str(kept["device"]), "accounts": [str(mark) for mark in kept["accounts"]]}
    except (signing.BadSignature, KeyError, TypeError):
        return {"device": secrets.token_hex(8), "accounts": []}


def _hash_of(email: str) -> str:
    address = address_or_none(email) or ""
    return hashlib.sha256(address.encode()).hexdigest()[:16]
