"""The log of privileged acts: written in the transaction of the action (rule ADM-2).

An act of staff on somebody else needs a fresh sign-in, through whichever page or endpoint it comes:
``record`` refuses it otherwise, and the transaction of the action with it (security ID-7).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models import AuditEntry, User
from peerloop.kit.refusals import Invalid
from peerloop.kit.security_log import note_event
from peerloop.kit.tracing import missing_proof, request_id

# The reason of the entries of this context, and the entries written in it.
_reason: ContextVar[str] = ContextVar("audit_reason", default="")
_entries: ContextVar[list[AuditEntry] | None] = ContextVar("audit_entries", default=None)
# Whether an entry without a reason is refused: in the admin site.
_needs_reason: ContextVar[bool] = ContextVar("audit_needs_reason", default=False)


@contextmanager
def because(reason: str) -> Iterator[list[AuditEntry]]:
    """Entries of the block without a reason of their own get this one; yields the entries."""
    entries: list[AuditEntry] = []
    tokens = _reason.set(reason.strip()), _entries.set(entries)
    try:
        yield entries
    finally:
        _reason.reset(tokens[0])
        _entries.reset(tokens[1])


@contextmanager
def reasons_needed() -> Iterator[None]:
    """In the block an entry of a person without a reason raises Invalid naming ``reason``."""
    token = _needs_reason.set(True)
    try:
        yield
    finally:
        _needs_reason.reset(token)


def require_proof() -> None:
    """Raises what the sign-in of this request lacks: FreshSignInNeeded, CurrentPasswordNeeded."""
    if (refusal := missing_proof.get()) is not None:
        raise refusal


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
    Raises FreshSignInNeeded or CurrentPasswordNeeded for staff whose sign-in is not fresh, and in
    the admin site Invalid without a reason.
    """
    reason = reason or _reason.get()
    if actor is not None:
        _check(actor, subject, reason)
    by = actor.pk if actor else "system"
    place = {"subject": subject._meta.label_lower, "subject_id": str(subject.pk)}
    # After commit: an action that is rolled back is no event.
    transaction.on_commit(lambda: note_event("act", actor=by, action=action, **place), robust=True)
    entry = AuditEntry.objects.create(
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
    entries = _entries.get()
    if entries is not None:
        entries.append(entry)
    return entry


def _check(actor: User, subject: Model, reason: str) -> None:
    if actor.keeps_order and subject.pk != actor.pk:
        require_proof()
    if _needs_reason.get() and not reason:
        raise Invalid.field("reason", "Say why; it goes into the audit log.")
