"""Payouts that are asked for each week, for those who chose it (rules OUT-2, OUT-3)."""

import logging
from datetime import datetime, time, timedelta

from django.db import transaction

from accounts.identity.factors.requirement import require_before_payout
from accounts.models import User
from billing.actions.payouts import request_payout
from billing.models import Payout, WeeklyPayout
from billing.notifications.sending import notify_weekly_payout
from peerloop.kit.refusals import Refused
from peerloop.kit.retries import retried
from peerloop.kit.rows import locked
from peerloop.kit.sweeps import one_by_one

logger = logging.getLogger(__name__)

MONDAY = 0
HOUR_OF_DAY = time(6)
WEEK = timedelta(days=7)


def next_due(at: datetime) -> datetime:
    """Monday at six in UTC, the first one after ``at``."""
    day = at.date() + timedelta(days=(MONDAY - at.weekday()) % 7)
    due = datetime.combine(day, HOUR_OF_DAY, tzinfo=at.tzinfo)
    return due if due > at else due + WEEK


def weekly_payout_of(user: User) -> WeeklyPayout | None:
    """When the member's earnings are asked for next, if they chose that."""
    return WeeklyPayout.objects.filter(member=user).first()


@retried
@transaction.atomic
def set_weekly_payout(*, user: User, is_on: bool, at: datetime) -> WeeklyPayout | None:
    """Ask for all that is available each Monday, or no more. Safe to repeat.

    Raises SecondFactorRequired before a first payout, where it is set. The account need not be
    ready yet: until it is, and below the minimum, weeks pass without a payout.
    """
    if not is_on:
        WeeklyPayout.objects.filter(member=user).delete()
        return None
    if not Payout.objects.filter(recipient=user).exists():
        require_before_payout(user)
    row, _ = WeeklyPayout.objects.get_or_create(
        member=user, defaults={"due_at": next_due(at), "created_at": at, "updated_at": at}
    )
    return row


def ask_weekly(*, at: datetime) -> int:
    """Ask for the payouts that are due; how many were asked for. Safe to repeat."""
    due = WeeklyPayout.objects.filter(due_at__lte=at).order_by("due_at", "pk")
    return one_by_one(list(due), lambda row: _ask(row, at=at))


@retried
@transaction.atomic
def _ask(row: WeeklyPayout, *, at: datetime) -> bool:
    """Ask for one, unless another worker did; either way the next one is a week later."""
    found = locked(WeeklyPayout.objects.filter(pk=row.pk, due_at__lte=at)).first()
    if found is None:
        return False
    found.due_at = next_due(at)
    found.save(update_fields=["due_at"])
    try:
        with transaction.atomic():
            payout = request_payout(recipient=row.member, amount_cents=None, at=at)
    except Refused as refusal:
        logger.info("no weekly payout for %s: %s", row.member_id, refusal.code)
        return False
    notify_weekly_payout(payout=payout, at=at)
    return True
