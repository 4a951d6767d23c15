"""Stripe's way to sign an event: HMAC-SHA256 over ``<unix seconds>.<raw body>``.

Keyed with the whole secret as text. Shared by both adapters: the local provider signs its events
the same way, so that the local path is the real path.
"""

import hashlib
import hmac
from collections.abc import Iterable

TOLERANCE_SECONDS = 300
LONGEST_HEADER = 2000


class BadSignature(Exception):
    """The event was not signed by the provider, or too long ago."""


def sign(body: bytes, *, secret: str, at: int) -> str:
    """The ``Stripe-Signature`` header of a body, signed at that unix second."""
    return f"t={at},v1={_digest(body, secret=secret, at=str(at))}"


def verify(body: bytes, *, header: str, secrets: Iterable[str], at: int) -> None:
    """Raises BadSignature unless one v1 signature matches one secret and is fresh (HOOK-1).

    Several v1 come while a secret is being rolled; v0 never counts. ``at`` is real time in unix
    seconds: a demo clock that runs ahead must not make true events stale.
    """
    stamp, candidates = _parse(header)
    if abs(at - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignature("The signature is too old.")
    matches = [
        hmac.compare_digest(_digest(body, secret=secret, at=stamp), candidate)
        for secret in secrets
        for candidate in candidates
    ]
    if not any(matches):
        raise BadSignature("The signature does not match.")


def _parse(header: str) -> tuple[str, list[str]]:
    if not header or len(header) > LONGEST_HEADER or not header.isascii():
        raise BadSignature("The signature is missing.")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    candidates = [value for name, _, value in pairs if name == "v1"]
    if len(stamps) != 1 or not stamps[0].isdigit() or len(stamps[0]) > 12 or not candidates:
        raise BadSignature("The signature can't be read.")
    return stamps[0], candidates


def _digest(body: bytes, *, secret: str, at: str) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
