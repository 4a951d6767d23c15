"""The state of exports and erasures, for the privacy page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import DataExport, Erasure, User
from accounts.privacy.actions.export import BETWEEN, is_kept


@dataclass(frozen=True, slots=True)
class ExportState:
    """The newest export of a member, and whether another can be requested."""

    export: DataExport | None
    is_waiting: bool
    is_ready: bool
    is_failed: bool
    again_at: datetime | None


def export_state(user: User, *, at: datetime) -> ExportState:
    """The state of the newest export: one query."""
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
    """The erasure that closed the account and was not undone."""
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
