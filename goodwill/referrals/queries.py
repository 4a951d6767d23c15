"""The friends whom a member invited."""

from dataclasses import dataclass

from accounts.models import User
from goodwill.models import Referral
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import Page


@dataclass(frozen=True, slots=True)
class Invited:
    """A page of invited friends."""

    rows: list[Referral]
    total: int


def invited_by(user: User, page: Page) -> Invited:
    """Whom the member invited, newest first. Two statements."""
    rows = Referral.objects.filter(referrer=user)
    found = rows.select_related("referred").order_by("-created_at", "-pk")
    return Invited(list(found[page.start : page.stop]), count_up_to(rows))
