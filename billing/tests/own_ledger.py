"""A second reading of a member's ledger, from the raw rows and in plain Python.

It shares nothing with ``billing.queries.member_ledger``: tests hold both against each other.
"""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from billing.models import BalanceAdjustment, PaymentSplit, Payout, SplitEvent

Entry = tuple[datetime, int, UUID]


def entries_of(user: User) -> list[Entry]:
    """When, how much and by which row, the oldest first."""
    found: list[Entry] = []
    for share in PaymentSplit.objects.all():
        if share.recipient_id != user.pk or share.delivered_at is None:
            continue
        found.append((share.delivered_at, share.amount_cents, share.pk))
        for event in SplitEvent.objects.filter(split=share):
            if event.to_status == "refunded":
                moment = max(event.at, share.delivered_at)
                found.append((moment, -share.amount_cents, event.pk))
    for adjustment in BalanceAdjustment.objects.all():
        if adjustment.recipient_id == user.pk:
            found.append((adjustment.created_at, adjustment.amount_cents, adjustment.pk))
    for payout in Payout.objects.all():
        if payout.recipient_id == user.pk and payout.status == "paid":
            assert payout.paid_at is not None
            found.append((payout.paid_at, -payout.amount_cents, payout.pk))
    return sorted(found, key=lambda entry: (entry[0], entry[2]))


def balance_of_raw_rows(user: User) -> int:
    """What all of them add up to, in cents."""
    return sum(cents for _, cents, _ in entries_of(user))
