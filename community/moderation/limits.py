"""How many reports one person may send: each is read by somebody."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.incoming.rate_limits import count_try
from peerloop.kit.network import client_address

MOST_OF_MEMBER, MOST_OF_ADDRESS, HOUR = 30, 6, 3_600


def count_flag(member_id: UUID) -> None:
    """Count a report of a member; raises TooMany. Real time, also in a demo."""
    _count("flag", f"account:{member_id}", MOST_OF_MEMBER)


def count_report(request: Any) -> None:
    """Count a report of somebody without an account by their network address; raises TooMany."""
    _count("report", f"address:{client_address(request)}", MOST_OF_ADDRESS)


def count_appeal(request: Any) -> None:
    """Count an appeal by network address; raises TooMany."""
    _count("appeal", f"address:{client_address(request)}", MOST_OF_ADDRESS)


def _count(scope: str, subject: str, limit: int) -> None:
    count_try(scope=scope, subjects=[subject], limit=limit, seconds=HOUR, at=timezone.now())
