"""The one way in which a split changes its state: along the moves table, saying why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import User
from billing.models import PaymentSplit, SplitEvent
from peerloop.kit import clock


def move_splits(
    splits: Iterable[PaymentSplit],
    status: str,
    *,
    at: datetime,
    actor: User | None = None,
    event_id: str = "",
    reason: str = "",
    **changes: Any,
) -> list[PaymentSplit]:
    """Move locked splits to a state and write their audit rows (rules ESC-3, ESC-6).

    ``changes`` are set on each row as well. Raises WrongMoment if one may not make the move; then
    nothing is written. Call it inside a transaction that holds the rows' locks.
    """
    moved: list[PaymentSplit] = []
    events: list[SplitEvent] = []
    for split in splits:
        before = split.status
        split.move(status)
        for name, value in changes.items():
            setattr(split, name, value)
        split.updated_at = clock.now()
        moved.append(split)
        events.append(
            SplitEvent(
                split=split,
                from_status=before,
                to_status=status,
                actor=actor,
                event_id=event_id,
                reason=reason,
                at=at,
            )
        )
    PaymentSplit.objects.bulk_update(moved, ["status", "updated_at", *changes])
    SplitEvent.objects.bulk_create(events)
    return moved
