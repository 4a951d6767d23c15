"""Who stands at the checkout, signed in or not, and how often they may hold a time."""

from functools import partial
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.incoming.rate_limits import count_try
from accounts.models import User
from peerloop.kit.network import client_address
from scheduling.actions.holding import Visitor

VISITOR = "visitor"
HOUR = 3_600


def visitor_of(request: HttpRequest, *, kept: bool = False) -> Visitor:
    """The visitor of a request; ``kept`` gives a browser without a number one, in its session.

    The number never leaves the server, so that no other browser can name it (rule HOLD-1).
    """
    known = request.session.get(VISITOR)
    key = UUID(known) if known else uuid4()
    if kept and not known:
        request.session[VISITOR] = str(key)
    return Visitor(key, request.user if isinstance(request.user, User) else None)


def member_visitor(member: User) -> Visitor:
    """A member who comes without a browser, over the API."""
    return Visitor(member.pk, member)


def counting(request: HttpRequest, visitor: Visitor) -> partial[None]:
    """Counts a new hold for the address and the member; raises TooMany over the limit (HOLD-1)."""
    subjects = [f"address:{client_address(request)}"]
    if visitor.member:
        subjects.append(f"account:{visitor.member.pk}")
    return partial(
        count_try,
        scope="slot-hold",
        subjects=subjects,
        limit=settings.SLOT_HOLDS_AN_HOUR,
        seconds=HOUR,
        # Real time, also in a demo, as for all limits.
        at=timezone.now(),
    )
