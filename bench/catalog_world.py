"""A catalog of any size for measurements, in a temporary database."""

import contextlib
import random
from collections.abc import Iterator

from bench.world import empty_world

SEED = 20_26
SYLLABLES = [one + two for one in "bdfgklmnprstv" for two in "aeio"]
TOPICS = [
    *("python", "django", "prompting", "spreadsheets", "guitar", "watercolour", "spanish"),
    *("pricing", "writing", "statistics", "gardening", "photography", "negotiation", "baking"),
    *("sketching", "databases", "interviews", "podcasts", "pottery", "chess"),
]
LEVELS = ("beginner", "intermediate", "advanced")
CATEGORIES = 12
CREATORS = 500


@contextlib.contextmanager
def catalog_of(courses: int) -> Iterator[None]:
    """Set up Django on a database with that many published courses."""
    with empty_world():
        fill(courses)
        yield


def fill(courses: int) -> None:
    """Insert the rows with triggers disabled; search and counts are filled once at the end."""
    from django.db import connection

    from catalog.models import Category, Course, CourseModule, CourseTag
    from tests.cast import a_member

    dice = random.Random(SEED)
    words = TOPICS + ["".join(dice.choices(SYLLABLES, k=3)) for _ in range(4_000)]
    shelves = [
        Category(name=f"Shelf {place}", slug=f"shelf-{place}", position=place)
        for place in range(CATEGORIES)
    ]
    Category.objects.bulk_create(shelves)
    creators = [a_member(f"Creator {' '.join(dice.choices(words, k=1))}") for _ in range(CREATORS)]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table in ("courses", "course_tags", "course_curriculum"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for start in range(0, courses, 2_000):
            rows = [
                _course(dice, words, shelves, creators, place)
                for place in range(start, min(start + 2_000, courses))
            ]
            Course.objects.bulk_create(rows)
            CourseTag.objects.bulk_create(
                CourseTag(course=row, tag=tag)
                for row in rows
                for tag in set(dice.choices(words, k=3))
            )
            CourseModule.objects.bulk_create(
                CourseModule(
                    course=row, module_order=order, title=" ".join(dice.choices(words, k=3))
                )
                for row in rows
                for order in range(1, 5)
            )
        for table in ("courses", "course_tags", "course_curriculum"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("UPDATE courses SET search = NULL")
        cursor.execute(
            "INSERT INTO course_shelf_counts (category_id, level, courses)"
            " SELECT category_id, level, count(*) FROM courses GROUP BY category_id, level"
        )
        cursor.execute("VACUUM (FULL, ANALYZE) courses")
        cursor.execute("VACUUM ANALYZE")


def _course(dice, words, shelves, creators, place):
    from datetime import UTC, datetime, timedelta

    from catalog.models import Course

    reviews = dice.randrange(0, 60)
    return Course(
        creator=dice.choice(creators),
        category=dice.choice(shelves),
        title=" ".join(dice.choices(words, k=dice.randrange(2, 6))).capitalize(),
        slug=f"course-{place}",
        description=" ".join(dice.choices(words, k=80)),
        thumbnail_url="",
        level=dice.choice(LEVELS),
        price_cents=dice.randrange(5_000, 90_000, 500),
        duration="5 weeks",
        status="published",
        rating=dice.choice(["4.1", "4.5", "4.9"]) if reviews else None,
        rating_count=reviews,
        student_count=reviews * 3,
        first_published_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=place),
    )
