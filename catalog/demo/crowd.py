"""Published courses of the crowd's creators, in bulk."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.demo.crowd import Crowd
from catalog.models import Category, Course, CourseModule, CourseTag, PeerLoopFeatures
from peerloop.kit.demo import World, read, write_rows

MODULES = 4
RECOUNT_CREATED = """
UPDATE user_stats s SET courses_created = n.amount FROM (
    SELECT creator_id, count(*) AS amount FROM courses
    WHERE first_published_at IS NOT NULL GROUP BY creator_id
) n WHERE n.creator_id = s.user_id AND s.courses_created <> n.amount
"""


@dataclass
class CrowdCourses:
    """The courses in the order of their numbers."""

    courses: list[Course]


def add_courses(world: World) -> None:
    """Courses with their parts, and the ``CrowdCourses`` for the layers above."""
    crowd, words = world.shared(Crowd), read(__file__, "crowd")
    categories = list(Category.objects.all())
    covers = list(world.all(Course))
    courses = [_course(crowd, number, words, categories, covers) for number in range(crowd.courses)]
    world.share(CrowdCourses(courses))
    write_rows(courses)
    write_rows(
        CourseModule(course=course, module_order=place, title=f"Part {place}: {course.title}")
        for course in courses
        for place in range(1, MODULES + 1)
    )
    write_rows(
        CourseTag(course=course, tag=course.title.split(" for ")[0].lower()) for course in courses
    )
    write_rows(PeerLoopFeatures(course=course) for course in courses)
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT_CREATED)


def _course(
    crowd: Crowd,
    number: int,
    words: dict[str, Any],
    categories: list[Category],
    covers: list[str],
) -> Course:
    dice = crowd.dice
    title = f"{dice.choice(words['subjects'])} for {dice.choice(words['audiences'])}"
    moment = crowd.past()
    return Course(
        creator_id=crowd.creator_of(number),
        category=dice.choice(categories),
        title=title,
        slug=f"{title.lower().replace(' ', '-')}-{number}",
        tagline="One task of yours, finished together",
        description=f"{title}: four sessions with somebody who learned it not long ago. You bring "
        "a task of your own, and leave with it done and with a way to do the next one alone.",
        thumbnail_url=f"/static/img/covers/{covers[number % 14]}.svg",
        level=dice.choice(Course.Level.values),
        price_cents=dice.randrange(15_000, 80_000, 500),
        duration=f"{MODULES} sessions",
        status=Course.Status.PUBLISHED,
        first_published_at=moment,
        created_at=moment,
        updated_at=moment,
    )
