"""The log of privileged acts: written in the transaction of the action (rule ADM-2)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models import AuditEntry, User
from peerloop.kit.security_log import note_event
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
    database refuses it; each gets its place in the chain (accounts/audit/chain.py) at commit.
    """
    by = actor.pk if actor else "system"
    place = {"subject": subject._meta.label_lower, "subject_id": str(subject.pk)}
    # After commit: an action that is rolled back is no event.
    transaction.on_commit(lambda: note_event("act", actor=by, action=action, **place), robust=True)
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
