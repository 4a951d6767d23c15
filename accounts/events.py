"""What happened to members."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MemberSuspended:
    """An account was closed; its sessions ahead are to be cancelled (rule ROLE-12)."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """An account was closed by its member's wish; its data goes in thirty days (rule ROLE-13)."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberUnsuspended:
    """An account was opened again."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class FileRemoved:
    """The virus check took a file away; what showed it lets it go."""

    file_id: UUID
    owner_id: UUID
    purpose: str
    at: datetime
