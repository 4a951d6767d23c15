"""A member's hours as they are edited, and whether the member takes bookings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from accounts.models import User
from scheduling.hours import DAYS, clock_text
from scheduling.models import Availability, AvailabilityOverride, AvailabilitySettings
from scheduling.week_grid import GridRow, Span, grid_of


@dataclass(slots=True)
class Weekday:
    """One day of the week with its windows; 0 is Sunday."""

    number: int
    windows: list[Availability] = field(default_factory=list)

    @property
    def name(self) -> str:
        """``Monday``."""
        return DAYS[self.number]

    @property
    def short(self) -> str:
        """``Mon``."""
        return self.name[:3]


@dataclass(frozen=True, slots=True)
class IntroHours:
    """How many weekly windows there are, and in how many free meetings can be booked."""

    windows: int
    offered: int

    @property
    def is_everywhere(self) -> bool:
        """Whether all weekly hours take them."""
        return 0 < self.windows == self.offered


def settings_of(user: User) -> AvailabilitySettings:
    """The member's booking settings; unsaved defaults while there are none."""
    found = AvailabilitySettings.objects.filter(user=user).first()
    return found or AvailabilitySettings(
        user=user,
        timezone=user.zone_name,
        notice_minutes=settings.BOOKING_NOTICE_MINUTES,
    )


def week_of(user: User) -> list[Weekday]:
    """The weekly windows by day, Monday first, as calendars here show them."""
    days = {number: Weekday(number) for number in (1, 2, 3, 4, 5, 6, 0)}
    for window in Availability.objects.filter(user=user).order_by("start_minute", "start_date"):
        days[window.day_of_week].windows.append(window)
    return list(days.values())


def grid_of_week(week: list[Weekday]) -> list[GridRow]:
    """The hours of a week as a grid."""
    plain: dict[int, list[Span]] = {}
    dated: dict[int, list[Span]] = {}
    for day in week:
        for row in day.windows:
            spans = dated if row.start_date else plain
            spans.setdefault(day.number, []).append((row.start_minute, row.end_minute))
    return grid_of(plain, dated)


def dates_ahead(user: User, *, today: date) -> "list[AvailabilityOverride]":
    """Dates from today on whose hours differ from the week, in order."""
    rows = AvailabilityOverride.objects.filter(user=user, date__gte=today)
    return list(rows.order_by("date", "start_minute"))


def intros_in(week: list[Weekday]) -> IntroHours:
    """In how much of the week free meetings can be booked."""
    flags = [window.is_intro for day in week for window in day.windows]
    return IntroHours(len(flags), sum(flags))


def has_hours(user: User) -> bool:
    """Whether the member has any weekly hours."""
    return Availability.objects.filter(user=user).exists()


def is_paused(teacher: User) -> bool:
    """Whether a teacher takes no bookings (rule AVL-11), as ``access.person_with_hours`` read."""
    return bool(teacher.teaches and not teacher.is_open)  # type: ignore[attr-defined]


def takes_bookings(teacher: User, viewer: User) -> bool:
    """Whether the viewer may see free times: of a teacher who takes bookings, or their own."""
    return bool(teacher.is_open) or (  # type: ignore[attr-defined]
        teacher.pk == viewer.pk and not is_paused(teacher)
    )


def stored_hours(user: User, *, today: date) -> list[dict[str, Any]]:
    """The hours in the shape that ``PUT /availability/:userId`` takes."""
    weekly = Availability.objects.filter(user=user)
    return [*_weekly(weekly), *_dated(dates_ahead(user, today=today))]


def _weekly(rows: Iterable[Availability]) -> Iterable[dict[str, Any]]:
    for row in rows:
        yield {
            "day_of_week": row.day_of_week,
            "start_time": clock_text(row.start_minute),
            "end_time": clock_text(row.end_minute),
            "start_date": row.start_date,
            "repeat_weeks": row.repeat_weeks,
            "is_intro": row.is_intro,
        }


def _dated(rows: Iterable[AvailabilityOverride]) -> Iterable[dict[str, Any]]:
    for row in rows:
        if row.start_minute is None or row.end_minute is None:
            yield {"date": row.date, "is_available": False}
        else:
            yield {
                "date": row.date,
                "start_time": clock_text(row.start_minute),
                "end_time": clock_text(row.end_minute),
                "is_available": True,
            }
