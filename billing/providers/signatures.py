"""Signatures of Stripe's events, made and checked by Stripe's own ``WebhookSignature``.

Shared by both adapters: the local provider signs its events the same way, so that the local path is
the real path. Added here is what the SDK lacks: several secrets, a bound for stamps ahead of now,
one stamp only, and a bound for the header's length.
"""

import re
from collections.abc import Iterable

TOLERANCE_SECONDS = 300
LONGEST_HEADER = 2000
STAMP = re.compile(r"(?:^|,)t=([0-9]{1,12})(?=,|$)")


class BadSignature(Exception):
    """The event was not signed by the provider, or too long ago."""


def sign(body: bytes, *, secret: str, at: int) -> str:
    """The ``Stripe-Signature`` header of a body, signed at that unix second.

    A body that is no UTF-8 can't be signed: the header matches nothing then.
    """
    # Loading the SDK takes 0.2 s: here, so that a process that sees no event does without.
    from stripe import WebhookSignature

    text = body.decode(errors="replace")
    return str(WebhookSignature.generate_signature_header(text, secret, at))


def verify(body: bytes, *, header: str, secrets: Iterable[str], at: int) -> None:
    """Raises BadSignature unless one v1 signature matches one secret and is fresh (HOOK-1).

    Several v1 come while a secret is being rolled; v0 never counts. ``at`` is real time in unix
    seconds: a demo clock that runs ahead must not make true events stale.
    """
    is_readable = len(header) <= LONGEST_HEADER and header.isascii()
    stamps = STAMP.findall(header) if is_readable else []
    if len(stamps) != 1:
        raise BadSignature("The signature is missing or can't be read.")
    if abs(at - int(stamps[0])) > TOLERANCE_SECONDS:
        raise BadSignature("The signature is too old.")
    if not any(_matches(body, header, secret) for secret in secrets):
        raise BadSignature("The signature does not match.")


def _matches(body: bytes, header: str, secret: str) -> bool:
    from stripe import SignatureVerificationError, WebhookSignature

    try:
        return bool(WebhookSignature.verify_header(body, header, secret))
    except (SignatureVerificationError, UnicodeDecodeError):
        return False
