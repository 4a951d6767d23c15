"""Domain events of members."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody signed up. ``origin``: what led them here, in words of the app that noted it."""

    user_id: UUID
    email: str
    origin: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberSuspended:
    """A member was suspended; their coming sessions are to be cancelled (rule ROLE-12)."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """An account was closed; its data is erased in thirty days (rule ROLE-13)."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberUnsuspended:
    """A suspension was lifted."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class SignInEnded:
    """A sign-in of a member ended, or all of them; what is open by it must end at once."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class FileRemoved:
    """A file was removed by the virus scan or by staff; pages must not show it any more."""

    file_id: UUID
    owner_id: UUID
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberFollowed:
    """A member began to follow another one."""

    follower_id: UUID
    followed_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberUnfollowed:
    """A follow ended: the follower ended it, one of the two blocked the other, or left."""

    follower_id: UUID
    followed_id: UUID


@dataclass(frozen=True, slots=True)
class MailsChanged:
    """Mails left, were left out, or their fate became known; only of templates with a source."""

    email_ids: tuple[UUID, ...]
    at: datetime
