"""Opening hours of the cast, for tests of pages that show free times."""

from datetime import UTC, datetime

from accounts.models import User
from scheduling.models import Availability, AvailabilitySettings

# A Monday morning.
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MONDAY, TUESDAY, WEDNESDAY = 1, 2, 3


def is_free(user: User, *weekdays: int, start: int = 16, hours: int = 2, notice: int = 60) -> None:
    """Weekly hours in UTC, from that hour on."""
    AvailabilitySettings.objects.create(user=user, timezone="UTC", notice_minutes=notice)
    for weekday in weekdays:
        Availability.objects.create(
            user=user,
            day_of_week=weekday,
            start_minute=start * 60,
            end_minute=(start + hours) * 60,
            timezone="UTC",
        )
