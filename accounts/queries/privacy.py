"""What the page of one's own data shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.actions.export import BETWEEN, is_kept
from accounts.models import DataExport, Erasure, Sanction, User


@dataclass(frozen=True, slots=True)
class ExportState:
    """The newest copy of a member's data, and whether another can be asked for."""

    export: DataExport | None
    is_waiting: bool
    is_ready: bool
    is_failed: bool
    again_at: datetime | None


def export_state(user: User, *, at: datetime) -> ExportState:
    """How it stands with the newest copy: one query."""
    export = DataExport.objects.filter(user=user).order_by("-created_at").first()
    if export is None:
        return ExportState(None, False, False, False, None)
    is_failed = export.status == DataExport.Status.FAILED
    free_at = export.created_at + (timedelta(0) if is_failed else BETWEEN)
    return ExportState(
        export=export,
        is_waiting=export.status == DataExport.Status.QUEUED,
        is_ready=is_kept(export, at),
        is_failed=is_failed,
        again_at=free_at if free_at > at else None,
    )


def sanctions_of(user: User) -> QuerySet[Sanction]:
    """What was ever decided against the member, newest first, with who decided."""
    rows = Sanction.objects.filter(user=user).select_related("issued_by", "lifted_by")
    return rows.order_by("-starts_at", "-pk")


def ban_of(user: User, *, at: datetime) -> Sanction | None:
    """The posting ban that stands, for the member to read."""
    if user.posting_banned_until is None or user.posting_banned_until <= at:
        return None
    bans: Any = Sanction.objects.standing(at)
    found: Sanction | None = bans.filter(user=user, kind=Sanction.Kind.POSTING_BAN).first()
    return found


def erasure_of(user: User) -> Erasure | None:
    """What closed the account, if nobody took it back."""
    return Erasure.objects.filter(user=user, undone_at=None).first()


def member_named(named: str) -> User | None:
    """A member by e-mail address or id, for operators; closed accounts too."""
    if "@" in named:
        return User.objects.filter(email=named.strip().lower()).first()
    try:
        key = UUID(named.strip())
    except ValueError:
        return None
    return User.objects.filter(pk=key).first()
