"""Queries of course creators."""

from django.db.models.functions import Lower

from accounts.models import User


def creator_of_handle(handle: str) -> User | None:
    """The active member with that handle, whatever its case, or None."""
    members = User.objects.active().alias(low=Lower("handle")).filter(low=handle.lower())
    return members.only("id", "name", "handle").first()
