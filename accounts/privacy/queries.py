"""What the page of one's own data shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import DataExport, Erasure, User
from accounts.privacy.actions.export import BETWEEN, is_kept


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
