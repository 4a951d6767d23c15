"""The cost of computing the free slots of a month."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling.queries import free_slots
from scheduling.tests.people import open_hours
from tests.cast import a_member


def measured() -> dict[str, Any]:
    """Statements and processor time of one call, after a warm-up call."""
    teacher = a_member("Tom Teacher")
    open_hours(teacher, start=480, end=1200, zone="Europe/Berlin")
    at = datetime.now(UTC) + timedelta(hours=1)
    free_slots(teacher=teacher, minutes=60, at=at)
    began = time.process_time()
    with CaptureQueriesContext(connection) as seen:
        found = free_slots(teacher=teacher, minutes=60, at=at)
    return {
        "measure": "slots of 28 days: milliseconds of the application",
        "aim": 3,
        "value": round(1000 * (time.process_time() - began), 2),
        "statements": len(seen),
        "slots": len(found),
    }
