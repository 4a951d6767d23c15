"""Whether what every page needs works, for the first page of the admin site."""

from collections.abc import Callable
from datetime import datetime

from peerloop.kit.overview import Health, HealthOf
from peerloop.pages.health import check_beat, check_database, check_redis, check_worker, examine


def _works(label: str, check: Callable[[], None]) -> HealthOf:
    def asked(at: datetime) -> Health:
        return Health(label, problem=str(examine(check).get("problem", "")))

    return asked


HEALTH = (
    _works("Database", check_database),
    _works("Redis", check_redis),
    _works("Worker", check_worker),
    _works("Beat, which starts what is due", check_beat),
)
