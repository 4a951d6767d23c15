"""Categories, kept by admins."""

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
