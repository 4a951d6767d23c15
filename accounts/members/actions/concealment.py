"""Keep a profile closed because of what it says, and open it again (rule MOD-2)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from peerloop.kit.refusals import Conflict


class ProfileHidden(Conflict):
    """A profile that moderators closed can't be made public by its owner."""

    code = "profile_hidden"
    message = "Moderators closed your profile, so you can't make it public now."

    def __init__(self) -> None:
        super().__init__(fields={"privacy_public": [self.message]})


@transaction.atomic
def hide_profile(*, id: UUID, at: datetime) -> None:
    """Show others no more of the member than of a private profile. Safe to repeat."""
    member = _locked(id)
    if member.profile_hidden_at is not None or member.deleted_at is not None:
        return
    member.profile_hidden_at, member.profile_was_public = at, member.privacy_public
    member.privacy_public = False
    member.save(update_fields=["profile_hidden_at", "profile_was_public", "privacy_public"])


@transaction.atomic
def restore_profile(*, id: UUID, at: datetime) -> None:
    """Show the profile as widely as before it was hidden. Safe to repeat."""
    member = _locked(id)
    if member.profile_hidden_at is None:
        return
    member.privacy_public = member.profile_was_public
    member.profile_hidden_at, member.profile_was_public = None, False
    member.save(update_fields=["profile_hidden_at", "profile_was_public", "privacy_public"])


def _locked(user_id: UUID) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user_id)
