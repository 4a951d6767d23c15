"""What all doors of sign-in share, page or API: the limits, and whom they count (rule AUTH-1)."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.identity.email_addresses import address_or_none
from accounts.incoming.rate_limits import count_try, forget_tries
from peerloop.kit.network import client_address

MINUTE, HOUR = 60, 3_600
AGENT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries in how many seconds."""

    tries: int
    seconds: int


LIMITS = {
    "signup": Limit(5, MINUTE),
    "login": Limit(10, MINUTE),
    "reset": Limit(3, HOUR),
    "verification": Limit(3, HOUR),
    "address": Limit(5, HOUR),
    # The other doors that hash a password: nothing to guess there, but hashing eats time.
    "password": Limit(10, MINUTE),
    # Each upload may cost a process of its own.
    "upload": Limit(30, 10 * MINUTE),
    # Codes of a second step: a right one lets the count begin anew.
    "second-step": Limit(10, HOUR),
    # The same from all browsers together that were in before, so that many of them guess no faster.
    "second-step-known": Limit(30, HOUR),
    # Each ceremony of a passkey begins with a row for the visitor's session.
    "passkey": Limit(30, MINUTE),
}


def count_address(request: Any, door: str) -> None:
    """Count a try by where it comes from; raises TooMany. On real time, also in a demo."""
    _count(door, _place(request))


def count_account(door: str, account: str) -> None:
    """Count a try by the account that it is about, known or not; raises TooMany."""
    _count(door, f"account:{account}")


def count_both(request: Any, door: str, account: str) -> None:
    """Count a try by its place and its account in one; refused by one it counts for neither.

    Raises TooMany with the time when both have room.
    """
    _count(door, _place(request), f"account:{account}")


def account_of(email: str) -> str:
    """An account as the limits count it, whether or not it exists or is an address at all."""
    return address_or_none(email) or email.strip().lower()


def _place(request: Any) -> str:
    return f"address:{client_address(request)}"


def forget_account(door: str, account: str) -> None:
    """The account's tries end with a right one."""
    forget_tries(scope=door, subjects=[f"account:{account}"])


def _count(door: str, *subjects: str) -> None:
    limit = LIMITS[door]
    count_try(
        scope=door,
        subjects=[*subjects],
        limit=limit.tries,
        seconds=limit.seconds,
        at=timezone.now(),
    )


def agent_of(request: Any) -> str:
    """What the caller's program calls itself, cut to what we keep."""
    return str(request.headers.get("User-Agent", ""))[:AGENT_LENGTH]
