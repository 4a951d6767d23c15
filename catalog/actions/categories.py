"""Categories and their order, kept by admins."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from accounts.audit.log import record
from accounts.models import User
from catalog.models import Category
from peerloop.kit.refusals import Conflict, Forbidden


@transaction.atomic
def delete_category(*, category: Category, reason: str, by: User, at: datetime) -> None:
    """Delete a category without courses, by an admin. Raises Conflict if it has some (CAT-9)."""
    if not by.is_admin:
        raise Forbidden
    before = {"name": category.name, "slug": category.slug}
    record(
        actor=by, action="category.deleted", subject=category, before=before, reason=reason, at=at
    )
    try:
        category.delete()
    except ProtectedError:
        raise Conflict("Courses are in this category. Move them to another one first.") from None


@transaction.atomic
def move_category(*, category: Category, up: bool, by: User, at: datetime) -> None:
    """Move a category before its neighbour in the order of all pages, or after; by an admin.

    The first one can't go up, the last one can't go down: nothing changes then. Audited.
    """
    if not by.is_admin:
        raise Forbidden
    # All, in one order: two admins who move neighbours wait for each other.
    rows = list(Category.objects.select_for_update().order_by("position", "pk"))
    place = next(number for number, row in enumerate(rows) if row.pk == category.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    moved, neighbour = rows[place], rows[other]
    before = moved.position
    moved.position, neighbour.position = neighbour.position, moved.position
    Category.objects.bulk_update([moved, neighbour], ["position"])
    record(
        actor=by,
        action="category.moved",
        subject=moved,
        before={"position": before},
        after={"position": moved.position},
        at=at,
    )


def position_at_the_end() -> int:
    """The position behind all categories."""
    last = Category.objects.order_by("-position").values_list("position", flat=True).first()
    return 1 if last is None else last + 1
