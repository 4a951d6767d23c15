"""The profile picture of a member."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.files.actions.storing import remove_files, store_file
from accounts.files.public import avatar_address
from accounts.models import File, User


def change_picture(*, user: User, upload: Any, focus: str = "middle", at: datetime) -> User:
    """Replace the profile picture; the former one is removed.

    ``focus`` is the part that the square crop keeps. Raises Invalid naming ``file`` or ``focus``,
    QuotaReached, OutsideDown. Of two at once the later stands. Call it outside a transaction.
    """
    file = store_file(owner=user, purpose=File.Purpose.AVATAR, upload=upload, focus=focus, at=at)
    with transaction.atomic():
        member = _locked(user)
        if not File.objects.filter(pk=file.pk, deleted_at=None).exists():
            return member
        member.avatar_url = avatar_address(file)
        member.save(update_fields=["avatar_url"])
        remove_files(files=_pictures(user) & Q(pk__lt=file.pk), at=at)
    return member


@transaction.atomic
def remove_picture(*, user: User, at: datetime) -> User:
    """Remove the profile picture. Safe to repeat."""
    member = _locked(user)
    member.avatar_url = ""
    member.save(update_fields=["avatar_url"])
    remove_files(files=_pictures(user), at=at)
    return member


def drop_unshown_pictures(member: User, *, at: datetime) -> None:
    """Remove pictures that the member's ``avatar_url`` no longer names. Safe to repeat."""
    files = File.objects.filter(_pictures(member), deleted_at=None, stored_at__isnull=False)
    unshown = [file.pk for file in files if avatar_address(file) != member.avatar_url]
    if unshown:
        remove_files(files=Q(pk__in=unshown), at=at)


def _pictures(member: User) -> Q:
    return Q(owner_id=member.pk, purpose=File.Purpose.AVATAR)


def _locked(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)
