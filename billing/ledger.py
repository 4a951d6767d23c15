"""The only way in which a split changes its status, and in which holds are placed and lifted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from billing.models import Hold, PaymentSplit, SplitEvent
from peerloop.kit import clock

Status = PaymentSplit.Status


def transition_splits(
    splits: Iterable[PaymentSplit],
    status: str,
    *,
    at: datetime,
    actor: User | None = None,
    event_id: str = "",
    reason: str = "",
    **changes: Any,
) -> list[PaymentSplit]:
    """Bring locked splits to a status and write their audit rows (rules ESC-3, ESC-6).

    ``changes`` are set on each row as well. Whatever held a frozen one is lifted. Raises
    WrongMoment if one has no such transition; then nothing is written. Call it inside a
    transaction that holds the rows' locks.
    """
    changed: list[PaymentSplit] = []
    events: list[SplitEvent] = []
    thawed: list[PaymentSplit] = []
    for split in splits:
        before = split.status
        split.transition_to(status)
        for name, value in changes.items():
            setattr(split, name, value)
        split.updated_at = clock.now()
        changed.append(split)
        if before == Status.FROZEN:
            thawed.append(split)
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
    PaymentSplit.objects.bulk_update(changed, ["status", "updated_at", *changes])
    SplitEvent.objects.bulk_create(events)
    if thawed:
        holds = Hold.objects.standing().filter(split__in=thawed)
        holds.update(lifted_at=at, lifted_by=actor, lift_reason=reason)
    return changed


def place_holds(
    splits: Iterable[PaymentSplit],
    *,
    cause: str,
    source_id: UUID,
    at: datetime,
    by: User | None = None,
    reason: str = "",
    event_id: str = "",
) -> list[PaymentSplit]:
    """Freeze locked splits for one cause (see ``Hold``); those on which it is new.

    Splits that are being sent, were sent or went back can't be held: they are left out. Safe to
    repeat: a cause holds a split once.
    """
    able = [split for split in splits if _can_be_held(split)]
    standing = Hold.objects.standing().filter(split__in=able)
    before = dict(standing.values_list("split_id", "status_before"))
    known = set(
        standing.filter(cause=cause, source_id=source_id).values_list("split_id", flat=True)
    )
    new = [split for split in able if split.pk not in known]
    Hold.objects.bulk_create(
        Hold(
            split=split,
            cause=cause,
            source_id=source_id,
            status_before=before.get(split.pk, split.status),
            placed_at=at,
            placed_by=by,
            reason=reason,
        )
        for split in new
    )
    transition_splits(
        [split for split in new if split.status != Status.FROZEN],
        Status.FROZEN,
        at=at,
        actor=by,
        event_id=event_id,
        reason=str(Hold.Cause(cause).label),
    )
    return new


def _can_be_held(split: PaymentSplit) -> bool:
    return split.status == Status.FROZEN or split.can_transition_to(Status.FROZEN)


def lift_holds(
    splits: Iterable[PaymentSplit],
    *,
    cause: str,
    at: datetime,
    reason: str,
    source_id: UUID | None = None,
    by: User | None = None,
    event_id: str = "",
) -> list[PaymentSplit]:
    """Lift what a cause (of one source, or of any) placed on locked splits; those it stood on.

    A split on which no other hold stands goes back to where it was before; otherwise it stays
    frozen. Safe to repeat.
    """
    splits = [split for split in splits if split.status == Status.FROZEN]
    holds = Hold.objects.standing().filter(split__in=splits, cause=cause)
    if source_id is not None:
        holds = holds.filter(source_id=source_id)
    before = dict(holds.values_list("split_id", "status_before"))
    holds.update(lifted_at=at, lifted_by=by, lift_reason=reason)
    still = Hold.objects.standing().filter(split__in=before)
    frozen = set(still.values_list("split_id", flat=True))
    lifted = [split for split in splits if split.pk in before]
    for status in (Status.HELD, Status.RELEASABLE):
        transition_splits(
            [split for split in lifted if split.pk not in frozen and before[split.pk] == status],
            status,
            at=at,
            actor=by,
            event_id=event_id,
            reason=reason,
        )
    return lifted
