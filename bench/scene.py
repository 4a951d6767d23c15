"""Fills an empty database for the measurements, and prints the ids that the roles request.

A program of its own, so that the models are those of the measured checkout:
``python bench/scene.py CHECKOUT COURSES``, with the environment of that checkout's servers. Prints
one JSON object: ids, a session cookie, a bearer token.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
TEACHERS = 10
TAUGHT_COURSES = 40
ENROLLMENTS = 25
WORDS = "You practise with a teacher, get notes on your work and leave with something finished."


def main(checkout: str, courses: int) -> None:
    """Migrate, fill, print."""
    # The bench of this checkout, the models of the measured one.
    sys.path[0] = str(BENCH.parent)
    from bench import catalog_world

    sys.path[0] = checkout
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    catalog_world.fill(courses)
    facts = _fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(json.dumps(facts))


def _fill() -> dict[str, Any]:
    from django.conf import settings

    from catalog.models import Course
    from tests.cast import a_member, a_teacher, an_enrollment, api, browse

    teachers = [_open(a_member(f"Tom Teacher{number}")) for number in range(TEACHERS)]
    listed = list(Course.objects.order_by("-rating", "-id")[:TAUGHT_COURSES])
    rights = [a_teacher(row, teachers[place % TEACHERS]) for place, row in enumerate(listed)]
    course = _whole_course(teachers[:3])
    sam = a_member("Sam Student", timezone="Europe/Berlin")
    start = (datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    for place, right in enumerate(rights[:ENROLLMENTS]):
        enrollment = an_enrollment(sam, right.course, right)
        _session(enrollment, start + timedelta(days=place))
    cookie = settings.SESSION_COOKIE_NAME
    return {
        "slug": course.slug,
        "course": str(course.pk),
        "student": str(sam.pk),
        "cookie": f"{cookie}={browse(sam).cookies[cookie].value}",
        "authorization": api(sam)._credentials["HTTP_AUTHORIZATION"],
    }


def _open(user: Any) -> Any:
    from scheduling.tests.people import open_hours

    open_hours(user, zone="Europe/Berlin")
    return user


def _session(enrollment: Any, start: datetime) -> None:
    from scheduling.tests.people import a_session

    a_session(enrollment, start=start)


def _whole_course(teachers: list[Any]) -> Any:
    """A published course with everything that its page shows."""
    from catalog.models import (
        CourseInclude,
        CourseObjective,
        CoursePrerequisite,
        CourseTag,
        CourseTargetAudience,
    )
    from tests.cast import a_course, a_member, a_teacher

    creator = a_member(
        "Clara Creator", is_creator=True, title="Writer of courses", teaching_philosophy=WORDS
    )
    course = a_course(
        creator,
        modules=5,
        title="Prompting for people who write",
        tagline="Say what you want, and get it.",
        description=f"{WORDS}\n\n" * 3,
        rating="4.8",
        rating_count=31,
    )
    course.modules.update(
        description=WORDS, duration="1 h", video_count=2, reading_count=3, has_assessment=True
    )
    lists = (CourseObjective, CourseInclude, CourseTargetAudience)
    for model in lists:
        for place in range(1, 5):
            model.objects.create(course=course, position=place, text=f"{model.__name__} {place}")
    for place, kind in enumerate(CoursePrerequisite.Kind.values, start=1):
        CoursePrerequisite.objects.create(course=course, position=place, text="A desk", kind=kind)
    for tag in ("writing", "prompting", "models"):
        CourseTag.objects.create(course=course, tag=tag)
    for user in teachers:
        a_teacher(course, user)
    return course


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
