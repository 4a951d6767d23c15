"""Security events as log lines of their own: who, from where, what; ids only (security OPS-6).

Never an e-mail address, a name, a text or a secret: a log store is read by more people than the
database. The logger is ``peerloop.security``; the words of events are those of docs/operations.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from peerloop.kit.refusals import Refused

logger = logging.getLogger("peerloop.security")

# What went right; all else is a warning.
QUIET = frozenset({"sign_in", "act"})


def note_event(event: str, *, actor: UUID | str | None = None, **about: str | int | None) -> None:
    """One line. ``actor``: the member's id, if it is not who the request is signed in as."""
    facts: dict[str, Any] = {"event": event, **about}
    if actor is not None:
        facts["actor"] = str(actor)
    words = " ".join(f"{name}={value}" for name, value in facts.items() if name != "event")
    level = logging.INFO if event in QUIET else logging.WARNING
    logger.log(level, "%s %s", event, words, extra={"security": facts})


@contextmanager
def nothing_noted() -> Iterator[None]:
    """Note no event of this process meanwhile."""
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


def note_refusal(refusal: Refused, request: Any) -> None:
    """A line for a refusal that tells of a wrong person or a forged call; else nothing.

    Limits note themselves where they count.
    """
    match = getattr(request, "resolver_match", None)
    # The route and not the path: addresses may carry secrets.
    place = {"method": str(request.method), "route": match.route if match else ""}
    if refusal.code == "bad_signature":
        note_event("webhook.refused", **place)
    elif refusal.status == 403 and not refusal.leads_to:
        # One that leads somewhere is a step on the way of the right person.
        note_event("access.refused", code=refusal.code, **place)
