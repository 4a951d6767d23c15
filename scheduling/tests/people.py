"""The cast of scheduling: Tom, who has hours, teaches Sam."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from learning.models import Enrollment
from peerloop.kit.invariants import differences_of
from scheduling.invariants import INVARIANTS
from scheduling.models import Availability, AvailabilitySettings, Session
from tests.cast import a_course, a_member, a_teacher, an_enrollment

# A Sunday, so that the week ahead begins the next day.
NOW = datetime(2026, 5, 3, 8, 0, tzinfo=UTC)
# Monday 10:00 in UTC, inside the hours below.
MONDAY_TEN = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def open_hours(
    user: User,
    *,
    start: int = 540,
    end: int = 1080,
    days: Any = range(7),
    zone: str = "UTC",
    buffer: int = 15,
    notice: int = 120,
) -> None:
    """Hours from ``start`` to ``end`` (minutes after midnight) on the given days."""
    AvailabilitySettings.objects.update_or_create(
        user=user,
        defaults={"timezone": zone, "buffer_minutes": buffer, "notice_minutes": notice},
    )
    Availability.objects.bulk_create(
        Availability(user=user, day_of_week=day, start_minute=start, end_minute=end, timezone=zone)
        for day in days
    )


def broken(number: str) -> list[str]:
    """The rows that break the invariant of that number (``scheduling.invariants``)."""
    some = [one for one in INVARIANTS if one.number == number]
    assert some, number
    return [difference.row_id for difference in differences_of(some)]


def sam_and_tom(*, modules: int = 3, with_teacher: bool = True, **hours: Any) -> Enrollment:
    """Sam's enrollment with Tom, who is open from 9 to 18 UTC every day."""
    course = a_course(modules=modules)
    teacher = a_teacher(course)
    open_hours(teacher.user, **hours)
    return an_enrollment(a_member("Sam Student"), course, teacher if with_teacher else None)


def a_session(
    enrollment: Enrollment,
    *,
    start: datetime = MONDAY_TEN,
    minutes: int = 60,
    teacher: User | None = None,
    **fields: Any,
) -> Session:
    """A session as a row, without the checks of booking."""
    end = start + timedelta(minutes=minutes)
    return Session.objects.create(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=teacher or enrollment.teacher,
        student=enrollment.student,
        scheduled_start=start,
        scheduled_end=end,
        teacher_busy_until=fields.pop("teacher_busy_until", end + timedelta(minutes=15)),
        booked_by=enrollment.student,
        **fields,
    )
