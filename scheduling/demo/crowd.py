"""Weekly hours of the crowd's teachers, in bulk."""

from accounts.demo.crowd import Crowd
from peerloop.kit.demo import World, write_rows
from scheduling.models import Availability, AvailabilitySettings

# Day of the week with the minutes of the day from and to: two evenings and a weekend morning.
HOURS = ((1, 1020, 1260), (3, 1020, 1260), (6, 540, 780))


def add_hours(world: World) -> None:
    """The same hours for everybody who teaches, in UTC."""
    staff = world.shared(Crowd).staff
    write_rows(AvailabilitySettings(user_id=key, timezone="UTC") for key in staff)
    write_rows(
        Availability(
            user_id=key, day_of_week=day, start_minute=start, end_minute=end, timezone="UTC"
        )
        for key in staff
        for day, start, end in HOURS
    )
