"""The one way in which a split changes its state: along the moves table, saying why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import User
from billing.models import PaymentSplit, SplitEvent
from peerloop.kit import clock

Status = PaymentSplit.Status


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
        split.transition_to(status)
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


def freeze(
    splits: Iterable[PaymentSplit],
    *,
    cause: str,
    at: datetime,
    actor: User | None = None,
    event_id: str = "",
    **changes: Any,
) -> list[PaymentSplit]:
    """Freeze the locked rows that can be; ``cause`` is what ``thaw`` needs to undo just this."""
    able = [split for split in splits if split.can_transition_to(Status.FROZEN)]
    return move_splits(
        able, Status.FROZEN, at=at, actor=actor, event_id=event_id, reason=cause, **changes
    )


def thaw(
    splits: Iterable[PaymentSplit],
    *,
    cause: str,
    reason: str,
    at: datetime,
    actor: User | None = None,
    event_id: str = "",
    **changes: Any,
) -> list[PaymentSplit]:
    """Put locked rows that were frozen for this cause back to where they were before.

    A row that was frozen for another cause stays frozen.
    """
    frozen = {split.pk: split for split in splits if split.status == Status.FROZEN}
    latest = (
        SplitEvent.objects.filter(split__in=frozen, to_status=Status.FROZEN)
        .order_by("split_id", "-created_at", "-pk")
        .distinct("split_id")
    )
    thawed: list[PaymentSplit] = []
    for event in latest:
        if event.reason == cause:
            thawed += move_splits(
                [frozen[event.split_id]],
                event.from_status,
                at=at,
                actor=actor,
                event_id=event_id,
                reason=reason,
                **changes,
            )
    return thawed
