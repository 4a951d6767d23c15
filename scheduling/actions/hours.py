"""Changing when a teacher can be booked: week, dates, zone, buffer, notice (AVL-1 to AVL-9).

Hours belong to the person, and all their rows have one time zone. No change touches a session that
is booked already.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from peerloop.kit.periods import zone_or_none
from peerloop.kit.refusals import Invalid
from scheduling.actions.locks import lock_members
from scheduling.actions.time_off import replace_time_off
from scheduling.hours import (
    DAYS,
    MAX_BUFFER,
    MAX_NOTICE,
    DateHours,
    WeeklyHours,
    check_dates,
    check_weekly,
)
from scheduling.models import Availability, AvailabilityOverride, TimeOff
from scheduling.queries.hours import settings_of
from scheduling.time_off import DaysOff
from scheduling.week_grid import Cell, Span, painted, touched

# Offered for an empty week. By name: weekdays, start and end of a window on each.
TEMPLATES = {
    "evenings": ((1, 2, 3, 4, 5), 17 * 60, 21 * 60),
    "workdays": ((1, 2, 3, 4, 5), 9 * 60, 17 * 60),
    "weekends": ((0, 6), 10 * 60, 16 * 60),
}


@transaction.atomic
def set_hours(
    *,
    user: User,
    timezone: str,
    weekly: Sequence[WeeklyHours],
    dates: Sequence[DateHours],
    at: datetime,
    buffer_minutes: int | None = None,
    notice_minutes: int | None = None,
    time_off: Sequence[DaysOff] | None = None,
) -> None:
    """Replace all hours of a member. Safe to repeat: the same request gives the same hours.

    Without ``time_off`` the days off stay. Raises Invalid naming ``timezone``, ``slots`` with the
    number of the entry, or ``time_off``.
    """
    zone = _zone(timezone)
    check_weekly(weekly)
    check_dates(dates, today=at.astimezone(zone).date())
    lock_members(user.pk)
    _keep_settings(user, timezone, buffer_minutes, notice_minutes)
    Availability.objects.filter(user=user).delete()
    AvailabilityOverride.objects.filter(user=user).delete()
    Availability.objects.bulk_create(_window(user, hours, timezone) for hours in weekly)
    AvailabilityOverride.objects.bulk_create(_override(user, hours, timezone) for hours in dates)
    if time_off is not None:
        replace_time_off(user=user, spans=time_off, at=at)


@transaction.atomic
def add_window(*, user: User, hours: WeeklyHours, at: datetime) -> Availability:
    """Add a weekly window; raises Invalid if it overlaps another one.

    Where all other hours take free meetings, the new ones do.
    """
    lock_members(user.pk)
    rows = list(Availability.objects.filter(user=user))
    check_weekly([*map(_hours_of, rows), hours], field="end")
    hours = replace(hours, is_intro=hours.is_intro or _takes_intros_everywhere(rows))
    window = _window(user, hours, settings_of(user).timezone)
    window.save()
    return window


@transaction.atomic
def change_window(*, window: Availability, hours: WeeklyHours, at: datetime) -> Availability:
    """Give a weekly window other times; its dates stay. Safe to repeat.

    Raises Invalid naming ``end`` if the times are wrong or overlap another window of the day.
    """
    lock_members(window.user_id)
    others = Availability.objects.filter(user=window.user_id).exclude(pk=window.pk)
    check_weekly([*map(_hours_of, others), hours], field="end")
    window.start_minute, window.end_minute = hours.start, hours.end
    window.save(update_fields=["start_minute", "end_minute"])
    return window


@transaction.atomic
def paint_week(*, user: User, opened: Set[Cell], closed: Set[Cell], at: datetime) -> None:
    """Open and close full hours of the week, each a weekday and an hour. Safe to repeat.

    Only what is named changes: days that another tab changed stay as they are, and so do windows
    with a date. Raises Invalid naming ``cells`` where an hour overlaps one of those. Hours that
    take free meetings keep doing so, and new ones do where all others did.
    """
    lock_members(user.pk)
    rows = list(Availability.objects.filter(user=user))
    zone = settings_of(user).timezone
    is_everywhere = _takes_intros_everywhere(rows)
    gone: list[Availability] = []
    new: list[Availability] = []
    for day in {day for day, _ in opened | closed}:
        plain, flagged = (_spans_of(rows, day, is_intro) for is_intro in (False, True))
        wanted = {hour for of_day, hour in opened if of_day == day}
        for_intros = wanted if is_everywhere else touched(wanted, flagged)
        shut = {hour for of_day, hour in closed if of_day == day}
        for before, hours, is_intro in (
            (plain, wanted - for_intros, False),
            (flagged, for_intros, True),
        ):
            after = painted(before, opened=hours, closed=shut)
            gone += [row for span, row in before.items() if span not in after]
            new += [
                _window(user, WeeklyHours(day, *span, is_intro=is_intro), zone)
                for span in after
                if span not in before
            ]
    kept = [row for row in rows if row not in gone]
    check_weekly([_hours_of(row) for row in [*kept, *new]], field="cells")
    Availability.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Availability.objects.bulk_create(new)


@transaction.atomic
def copy_day(*, user: User, from_day: int, to_days: Iterable[int], at: datetime) -> None:
    """Replace the windows of other weekdays by those of one day. Safe to repeat."""
    lock_members(user.pk)
    targets = set(to_days) - {from_day}
    if not targets or not targets <= set(range(7)):
        raise Invalid.field("to_days", "Choose the days that should get these hours.")
    source = list(Availability.objects.filter(user=user, day_of_week=from_day))
    if not source:
        raise Invalid.field("to_days", f"{DAYS[from_day]} has no hours to copy.")
    Availability.objects.filter(user=user, day_of_week__in=targets).delete()
    Availability.objects.bulk_create(
        Availability(
            user=user,
            day_of_week=day,
            start_minute=row.start_minute,
            end_minute=row.end_minute,
            timezone=row.timezone,
            start_date=row.start_date,
            repeat_weeks=row.repeat_weeks,
            is_intro=row.is_intro,
        )
        for row in source
        for day in sorted(targets)
    )


@transaction.atomic
def start_with_template(*, user: User, name: str, at: datetime) -> None:
    """Fill an empty week from one of TEMPLATES; a week that has hours stays as it is."""
    lock_members(user.pk)
    if name not in TEMPLATES:
        raise Invalid.field("template", "Choose one of the weeks that are offered.")
    if Availability.objects.filter(user=user).exists():
        return
    days, start, end = TEMPLATES[name]
    zone = settings_of(user).timezone
    Availability.objects.bulk_create(
        _window(user, WeeklyHours(day, start, end), zone) for day in days
    )


@transaction.atomic
def set_date(*, user: User, hours: DateHours, at: datetime) -> None:
    """Add hours that apply on one date instead of the week's, or close the date (rule AVL-4).

    Closing removes the date's hours; adding hours opens a closed date. Safe to repeat. Raises
    Invalid.
    """
    lock_members(user.pk)
    zone = settings_of(user).timezone
    away = TimeOff.objects.filter(user=user, first_day__lte=hours.day, last_day__gte=hours.day)
    if hours.is_open and away.exists():
        raise Invalid.field("date", "You have that day off. Change your time off first.")
    existing = AvailabilityOverride.objects.filter(user=user, date=hours.day)
    # Closing replaces everything on the date; hours replace a closing, and the same hours.
    replaced = existing
    if hours.is_open:
        replaced = existing.exclude(is_available=True) | existing.filter(
            start_minute=hours.start, end_minute=hours.end
        )
    replaced.delete()
    kept = [DateHours(row.date, row.start_minute, row.end_minute) for row in existing.all()]
    today = at.astimezone(_zone(zone)).date()
    check_dates([*kept, hours], today=today, field="end" if hours.is_open else "date")
    _override(user, hours, zone).save()


@transaction.atomic
def change_settings(
    *, user: User, timezone: str, buffer_minutes: int, notice_minutes: int, at: datetime
) -> None:
    """Change time zone, buffer and notice. The hours keep their wall times in the new zone.

    Booked sessions keep their time and the buffer they were booked with. Safe to repeat. Raises
    Invalid.
    """
    _zone(timezone)
    lock_members(user.pk)
    _keep_settings(user, timezone, buffer_minutes, notice_minutes)
    Availability.objects.filter(user=user).update(timezone=timezone)
    AvailabilityOverride.objects.filter(user=user).update(timezone=timezone)


@transaction.atomic
def offer_intros(
    *, user: User, is_offered: bool, at: datetime, window: Availability | None = None
) -> None:
    """Let free meetings be booked in one weekly window, or in all of them, or no longer (BOOK-11).

    Meetings that are booked stay. Safe to repeat.
    """
    lock_members(user.pk)
    rows = Availability.objects.filter(user=user)
    if window is not None:
        rows = rows.filter(pk=window.pk)
    rows.update(is_intro=is_offered, updated_at=at)


def _takes_intros_everywhere(rows: Sequence[Availability]) -> bool:
    return bool(rows) and all(row.is_intro for row in rows)


def _spans_of(rows: Iterable[Availability], day: int, is_intro: bool) -> dict[Span, Availability]:
    """The windows of a weekday without dates, that take free meetings or don't."""
    return {
        (row.start_minute, row.end_minute): row
        for row in rows
        if row.day_of_week == day and row.is_intro == is_intro and row.start_date is None
    }


def _keep_settings(user: User, timezone: str, buffer: int | None, notice: int | None) -> None:
    kept = settings_of(user)
    kept.timezone = timezone
    if buffer is not None:
        if not 0 <= buffer <= MAX_BUFFER:
            raise Invalid.field("buffer_minutes", f"Give 0 to {MAX_BUFFER} minutes.")
        kept.buffer_minutes = buffer
    if notice is not None:
        if not 0 <= notice <= MAX_NOTICE:
            raise Invalid.field("notice_minutes", f"Give 0 to {MAX_NOTICE} minutes (72 hours).")
        kept.notice_minutes = notice
    kept.save()


def _zone(name: str) -> ZoneInfo:
    zone = zone_or_none(name)
    if zone is None:
        raise Invalid.field("timezone", "Give a time zone by its name, like Europe/Berlin.")
    return zone


def _window(user: User, hours: WeeklyHours, zone: str) -> Availability:
    return Availability(
        user=user,
        day_of_week=hours.day_of_week,
        start_minute=hours.start,
        end_minute=hours.end,
        timezone=zone,
        start_date=hours.start_date,
        repeat_weeks=hours.repeat_weeks,
        is_intro=hours.is_intro,
    )


def _hours_of(row: Availability) -> WeeklyHours:
    return WeeklyHours(
        row.day_of_week, row.start_minute, row.end_minute, row.start_date, row.repeat_weeks
    )


def _override(user: User, hours: DateHours, zone: str) -> AvailabilityOverride:
    return AvailabilityOverride(
        user=user,
        date=hours.day,
        is_available=hours.is_open,
        start_minute=hours.start,
        end_minute=hours.end,
        timezone=zone,
    )
