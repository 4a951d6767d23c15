"""Security events as log lines: actor, address, event; ids only (security OPS-6).

Never an e-mail address, a name, a text or a secret: more people read a log store than the database.
The logger is ``peerloop.security``; docs/operations lists the events.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from peerloop.kit.refusals import Refused

logger = logging.getLogger("peerloop.security")

# Logged as information; all others are warnings.
QUIET = frozenset({"sign_in", "act"})


def note_event(event: str, *, actor: UUID | str | None = None, **about: str | int | None) -> None:
    """Log an event. ``actor``: the member's id, if it is not the one who is signed in."""
    fields: dict[str, Any] = {"event": event, **about}
    if actor is not None:
        fields["actor"] = str(actor)
    words = " ".join(f"{name}={value}" for name, value in fields.items() if name != "event")
    level = logging.INFO if event in QUIET else logging.WARNING
    logger.log(level, "%s %s", event, words, extra={"security": fields})


@contextmanager
def without_security_log() -> Iterator[None]:
    """Log no security event of this process inside the block."""
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


def note_refusal(refusal: Refused, request: Any) -> None:
    """Log a refusal of a forged call or of a person without the right; ignore all others.

    Rate limits are logged where they are counted.
    """
    match = getattr(request, "resolver_match", None)
    # The route and not the path: addresses may carry secrets.
    place = {"method": str(request.method), "route": match.route if match else ""}
    if refusal.code == "bad_signature":
        note_event("webhook.refused", **place)
    elif refusal.status == 403 and not refusal.leads_to:
        # One with ``leads_to`` only sends the right person to another page first.
        note_event("access.refused", code=refusal.code, **place)
