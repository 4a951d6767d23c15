"""Going away, and coming back earlier: nothing can be booked on those days (ADR 37).

What is booked already stays: only its two people move or cancel it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from peerloop.kit.text import clean
from scheduling.actions.locks import lock_members
from scheduling.models import TimeOff
from scheduling.queries.hours import settings_of
from scheduling.time_off import DaysOff, check_days_off


@transaction.atomic
def add_time_off(*, user: User, days: DaysOff, at: datetime) -> TimeOff:
    """Take whole days off. Safe to repeat: the same days twice are one entry.

    Raises Invalid naming ``first_day``, ``last_day`` or ``note``.
    """
    # The lock that bookings take: one of them comes first, and the other sees it.
    lock_members(user.pk)
    rows = list(TimeOff.objects.filter(user=user))
    same = next((row for row in rows if (row.first_day, row.last_day) == _span(days)), None)
    others = [row for row in rows if row is not same]
    check_days_off(_cleaned(days), others=_all_days(others), today=_today(user, at))
    row = same or TimeOff(user=user, first_day=days.first, last_day=days.last)
    row.note = _cleaned(days).note
    row.save()
    return row


@transaction.atomic
def change_time_off(*, time_off: TimeOff, days: DaysOff, at: datetime) -> TimeOff:
    """Give an entry other days, so that somebody comes back earlier. Safe to repeat.

    Raises Invalid naming ``first_day``, ``last_day`` or ``note``.
    """
    user = time_off.user
    lock_members(user.pk)
    others = TimeOff.objects.filter(user=user).exclude(pk=time_off.pk)
    given = _cleaned(days)
    check_days_off(given, others=_all_days(others), today=_today(user, at))
    time_off.first_day, time_off.last_day, time_off.note = given.first, given.last, given.note
    time_off.save(update_fields=["first_day", "last_day", "note"])
    return time_off


@transaction.atomic
def replace_time_off(*, user: User, spans: Sequence[DaysOff], at: datetime) -> None:
    """Replace all days off that are not over. Safe to repeat.

    Raises Invalid naming ``time_off`` with the days of the entry that is wrong.
    """
    lock_members(user.pk)
    today = _today(user, at)
    given = [_cleaned(days) for days in spans]
    for place, days in enumerate(given):
        check_days_off(days, others=given[:place], today=today, field="time_off")
    TimeOff.objects.filter(user=user, last_day__gte=today).delete()
    TimeOff.objects.bulk_create(
        TimeOff(user=user, first_day=days.first, last_day=days.last, note=days.note)
        for days in given
    )


def _today(user: User, at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings_of(user).timezone)).date()


def _cleaned(days: DaysOff) -> DaysOff:
    return DaysOff(days.first, days.last, clean(days.note))


def _span(days: DaysOff) -> tuple[date, date]:
    return days.first, days.last


def _all_days(rows: Iterable[TimeOff]) -> list[DaysOff]:
    return [DaysOff(row.first_day, row.last_day) for row in rows]
