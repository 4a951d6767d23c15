"""Who holds an e-mail address, and the pending change of an address."""

from datetime import datetime

from accounts.models import AddressChange, User


def holder_of(address: str, *, at: datetime) -> User | None:
    """The member with that address, or who had it lately and may still undo the change.

    Else a thief could change the address of an account and sign up with the old one.
    """
    holder = User.objects.filter(email=address).first()
    if holder is not None:
        return holder
    kept = AddressChange.objects.filter(
        old_email=address, undo_hash__isnull=False, undo_until__gt=at, ended_at=None
    )
    change = kept.select_related("user").first()
    return change.user if change else None


def open_change_of(user: User, *, at: datetime) -> AddressChange | None:
    """The change that waits for confirmation."""
    return AddressChange.objects.filter(
        user=user, done_at=None, ended_at=None, confirm_until__gt=at
    ).first()
