"""Who wrote courses."""

from django.db.models.functions import Lower

from accounts.models import User


def creator_of_handle(handle: str) -> User | None:
    """The member with that handle, in whatever letter case, while their account stands."""
    members = User.objects.active().alias(low=Lower("handle")).filter(low=handle.lower())
    return members.only("id", "name", "handle").first()
