"""The log of privileged acts: written in the act's own transaction (rule ADM-2)."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import AuditEntry, User
from peerloop.kit.tracing import request_id


def record(
    *,
    actor: User | None,
    action: str,
    subject: Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    at: datetime,
) -> AuditEntry:
    """Add one line: who did what to which row, what changed, why. No actor means the system.

    ``before`` and ``after`` hold JSON values only. Entries can't be changed or taken away: the
    database refuses it.
    """
    return AuditEntry.objects.create(
        actor=actor,
        action=action,
        object_type=subject._meta.label_lower,
        object_id=str(subject.pk),
        before=before or {},
        after=after or {},
        reason=reason,
        request_id=request_id.get(),
        created_at=at,
        updated_at=at,
    )
