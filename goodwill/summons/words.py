"""Numbers of the rules about calls for help."""

from datetime import timedelta

from django.conf import settings

# Rules SUM-1, SUM-3 and SUM-4.
CALLS_A_DAY = 3
WAITS = timedelta(minutes=15)
SIGN_OF_LIFE = timedelta(minutes=15)
CLOSES_AFTER = timedelta(hours=24)
WROTE_FOR = timedelta(minutes=5)
CLOSING_POINTS = 10
USUAL_POINTS = 15
ROOM_STAYS = timedelta(hours=1)


def shortest() -> timedelta:
    """How long after the answer points can be given (rule SUM-3)."""
    return timedelta(seconds=settings.SUMMON_MIN_SECONDS)
