"""Members, categories and courses for the tests of the catalog."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from catalog.models import Category, Course
from peerloop.kit.ids import uuid7
from tests.cast import a_course, a_member

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def clara(**fields: Any) -> User:
    """A creator whose payout account is ready."""
    fields = {
        "is_creator": True,
        "stripe_account_id": f"acct_{uuid7().hex}",
        "stripe_account_status": User.PayoutAccount.ACTIVE,
        "stripe_payouts_enabled": True,
        **fields,
    }
    return a_member(fields.pop("name", "Clara Creator"), **fields)


def ada() -> User:
    """An admin."""
    return a_member("Ada Admin", is_admin=True, is_superuser=True)


def a_shelf(name: str = "Cooking", **fields: Any) -> Category:
    """A category after all others."""
    last = Category.objects.order_by("-position").first()
    position = last.position + 1 if last else 1
    return Category.objects.create(
        name=name, slug=name.lower().replace(" ", "-"), position=position, **fields
    )


def courses(number: int, **fields: Any) -> list[Course]:
    """That many published courses on one shelf, by one creator."""
    creator, category = clara(), fields.pop("category", None) or a_shelf(f"Shelf of {number}")
    return [
        a_course(creator, category=category, title=f"Course {place}", **fields)
        for place in range(number)
    ]
