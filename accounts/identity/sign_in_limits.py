"""Rate limits of sign-in and related actions, shared by pages and API (rule AUTH-1)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.identity.email_addresses import address_or_none
from accounts.incoming.rate_limits import count_try, forget_tries
from peerloop.kit.network import client_address

MINUTE, HOUR = 60, 3_600
AGENT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts in how many seconds."""

    tries: int
    seconds: int


LIMITS = {
    "signup": Limit(5, MINUTE),
    "login": Limit(10, MINUTE),
    "reset": Limit(3, HOUR),
    # Mails with a link that proves an address: by account, and over all accounts by place.
    "verification": Limit(3, HOUR),
    "verification-place": Limit(20, HOUR),
    # Links of mails that are tried.
    "link": Limit(30, MINUTE),
    # Tokens of ours count for their member, all others for their place.
    "refresh": Limit(30, MINUTE),
    "address": Limit(5, HOUR),
    # Other actions that hash a password: nothing to guess there, but hashing is expensive.
    "password": Limit(10, MINUTE),
    # Each upload may start a process of its own.
    "upload": Limit(30, 10 * MINUTE),
    # Codes of a second factor: a right one resets the count.
    "second-step": Limit(10, HOUR),
    # The same over all known browsers of the account together: several must not guess faster.
    "second-step-known": Limit(30, HOUR),
    # Each passkey sign-in begins with a row for the visitor's session.
    "passkey": Limit(30, MINUTE),
}


def count_address(request: Any, name: str) -> None:
    """Count an attempt by its network address; raises TooMany. Real time, also in a demo."""
    _count(name, _place(request))


def count_account(name: str, account: str) -> None:
    """Count an attempt by its account, existing or not; raises TooMany."""
    _count(name, f"account:{account}")


def count_both(request: Any, name: str, account: str) -> None:
    """Count an attempt by network address and account; refused by one, it counts for neither.

    Raises TooMany with the time when both have room.
    """
    _count(name, _place(request), f"account:{account}")


def count_verification(request: Any, email: str) -> None:
    """Count a mail that proves an address, asked for at a page or over the API; raises TooMany."""
    count_account("verification", account_of(email))
    count_address(request, "verification-place")


def count_refresh(request: Any, member: UUID | None) -> None:
    """Count a refresh token, by its member if it is one of ours (PLAT-4); raises TooMany."""
    if member is None:
        count_address(request, "refresh")
    else:
        count_account("refresh", str(member))


def account_of(email: str) -> str:
    """The key of an account for the limits: the normalised address, or the text as typed."""
    return address_or_none(email) or email.strip().lower()


def _place(request: Any) -> str:
    return f"address:{client_address(request)}"


def reset_account(name: str, account: str) -> None:
    """Reset the count of the account after a success."""
    forget_tries(scope=name, subjects=[f"account:{account}"])


def _count(name: str, *subjects: str) -> None:
    limit = LIMITS[name]
    count_try(
        scope=name,
        subjects=[*subjects],
        limit=limit.tries,
        seconds=limit.seconds,
        at=timezone.now(),
    )


def agent_of(request: Any) -> str:
    """The User-Agent header, cut to the length that is stored."""
    return str(request.headers.get("User-Agent", ""))[:AGENT_LENGTH]
