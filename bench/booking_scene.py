"""Creates teachers and students for booking; prints tokens and bodies of each round as JSON.

Run like ``scene.py``: ``python bench/booking_scene.py CHECKOUT ROUNDS WRITERS SLOTS``.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any


def main(checkout: str, rounds: int, writers: int, slots: int) -> None:
    """Insert the rows, print the requests to send."""
    sys.path[0] = checkout
    import django

    django.setup()
    print(json.dumps([_round(writers, slots) for _ in range(rounds)]))


def _round(writers: int, slots: int) -> list[tuple[str, list[dict[str, Any]]]]:
    from scheduling.tests.people import open_hours
    from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

    course = a_course(modules=slots)
    teacher = a_teacher(course)
    open_hours(teacher.user)
    start = (datetime.now(UTC) + timedelta(days=2)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    found = []
    for _ in range(writers):
        student = a_member("Sam Student")
        enrollment = an_enrollment(student, course, teacher, modules=slots)
        token = api(student)._credentials["HTTP_AUTHORIZATION"]
        bodies = [
            {
                "enrollment_id": str(enrollment.pk),
                "teacher_id": str(teacher.user_id),
                "scheduled_start": (start + timedelta(days=day)).isoformat(),
            }
            for day in range(slots)
        ]
        found.append((token, bodies))
    return found


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in sys.argv[2:5]))
