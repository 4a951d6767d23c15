"""Weekly hours of those who teach."""

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from learning.demo.teachers import first_teachers
from peerloop.kit.demo import World, read
from scheduling.actions.hours import set_hours
from scheduling.actions.time_off import add_time_off
from scheduling.hours import WeeklyHours
from scheduling.time_off import DaysOff

DAYS = {"every day": range(7), "workdays": range(1, 6), "weekend": (0, 6)}
OPENED_AFTER = timedelta(days=2)
# Beyond what can be booked, so that the demo's teacher keeps every free time.
AWAY, AWAY_IN, AWAY_FOR = "teacher", timedelta(days=40), timedelta(days=6)


def plan_hours(world: World) -> None:
    """Those who teach from the start open their hours soon after they joined."""
    for name, user in first_teachers(world).items():
        world.plan(user.created_at + OPENED_AFTER, partial(open_hours, world, name))


def open_hours(world: World, name: str, at: datetime) -> None:
    """The weekly hours, in the member's own zone, with default buffer and notice.

    One of them is on holiday later on.
    """
    user = world.get(User, name)
    weekly = [
        WeeklyHours(day, first * 60, last * 60, is_intro="meetings" in also)
        for days, first, last, *also in read(__file__, "hours")[name]
        for day in DAYS[days]
    ]
    set_hours(user=user, timezone=user.timezone, weekly=weekly, dates=[], at=at)
    if name == AWAY:
        first = world.now.date() + AWAY_IN
        add_time_off(user=user, days=DaysOff(first, first + AWAY_FOR, "Skiing"), at=at)
