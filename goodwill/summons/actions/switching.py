"""The switch "available to help", and the signs of life of who has it on (rules SUM-4, GW-9)."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from goodwill.models import HelpSwitch
from goodwill.points.actions.awards import award_availability
from goodwill.points.refusals import DayIsFull
from goodwill.summons.access import require_helper
from goodwill.summons.words import SIGN_OF_LIFE
from peerloop.kit.rows import locked

# Signs that follow faster than this change nothing.
APART = timedelta(seconds=60)
BONUS_SECONDS = 3_600


@transaction.atomic
def switch_help(
    *, user: User, is_available: bool, at: datetime, has_sound: bool | None = None
) -> HelpSwitch:
    """Offer help from now on, or no more (rule SUM-4). Safe to repeat.

    ``has_sound``: whether a call is heard on open pages; None leaves it. Raises NotCertified for
    who helps in no course; switching off is never refused.
    """
    if is_available:
        require_helper(user)
    times = {"created_at": at, "updated_at": at}
    HelpSwitch.objects.bulk_create([HelpSwitch(user=user, **times)], ignore_conflicts=True)
    row = locked(HelpSwitch.objects.all()).get(user=user)
    is_due = row.is_available and _count(row, user, at)
    if row.is_available != is_available:
        row.is_available, row.since = is_available, at if is_available else None
    if is_available:
        row.last_seen_at = at
    if has_sound is not None:
        row.has_sound = has_sound
    row.save()
    if is_due:
        _reward(row, user, at)
    return row


@transaction.atomic
def record_sign_of_life(*, user_id: UUID, at: datetime) -> None:
    """Note that a helper is there: an open page, or a request of their app (rule SUM-4).

    Counts the time since the last sign for the day's bonus, if that was at most fifteen minutes ago
    (rule GW-9). Safe to repeat; more than one a minute changes nothing.
    """
    due = HelpSwitch.objects.filter(user=user_id, is_available=True, last_seen_at__lt=at - APART)
    row = locked(due.select_related("user")).first()
    if row is None:
        return
    is_due = _count(row, row.user, at)
    row.last_seen_at = at
    row.save(update_fields=["last_seen_at", "seconds", "day"])
    if is_due:
        _reward(row, row.user, at)


def _count(row: HelpSwitch, user: User, at: datetime) -> bool:
    """Add the time since the last sign to the member's day; whether its hour is full with it.

    The day never goes back: who moves to another zone has no second one.
    """
    zone = ZoneInfo(user.zone_name)
    today = at.astimezone(zone).date()
    if row.day is None or today > row.day:
        row.day, row.seconds = today, 0
    seen = row.last_seen_at
    if seen is None or not timedelta(0) < at - seen <= SIGN_OF_LIFE:
        return False
    began = datetime.combine(row.day, time.min, tzinfo=zone)
    before = row.seconds
    row.seconds += max(0, int((at - max(seen, began)).total_seconds()))
    return before < BONUS_SECONDS <= row.seconds


def _reward(row: HelpSwitch, user: User, at: datetime) -> None:
    """Five points for an hour of the day (rule GW-9), unless a limit of the day forbids them."""
    assert row.day is not None, "an hour was counted"
    with suppress(DayIsFull):
        award_availability(user=user, day=row.day, at=at)
