"""Categories and courses: written as rows, published by the action."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from accounts.models import User
from catalog.actions.publishing import feature_course, publish_course
from catalog.models import (
    Category,
    Course,
    CourseInclude,
    CourseModule,
    CourseObjective,
    CoursePrerequisite,
    CourseTag,
    CourseTargetAudience,
    CourseTestimonial,
    PeerLoopFeatures,
)
from peerloop.kit.demo import World, read
from peerloop.kit.ids import uuid7

FIRST_AFTER = timedelta(days=3)
NEXT_AFTER = timedelta(days=2)
PUBLISHED_AFTER = timedelta(days=1)


def make_courses(world: World) -> None:
    """Categories and drafts with modules and lists, a few statements in all."""
    found = read(__file__, "courses")
    categories = {
        slug: Category(name=name, slug=slug, icon=icon, position=place)
        for place, (name, slug, icon) in enumerate(found["categories"], start=1)
    }
    Category.objects.bulk_create(categories.values())
    rows = found["courses"]
    # Lists end by falling id: so the file's order is the order on the page, each time.
    keys = sorted((uuid7() for _ in rows), reverse=True)
    courses = {
        row["slug"]: _course(world, key, row, categories[row["category"]], moment)
        for key, row, moment in zip(keys, rows, _births(world, rows), strict=True)
    }
    Course.objects.bulk_create(courses.values())
    world.keep(courses)
    # One statement a table: each one makes the courses' search texts anew.
    for model, parts in _parts(courses, rows).items():
        model.objects.bulk_create(parts)


def plan_courses(world: World) -> None:
    """Publication by each creator in turn, and the front page."""
    for row in read(__file__, "courses")["courses"]:
        course = world.get(Course, row["slug"])
        if row.get("status") != "draft":
            world.plan(course.created_at + PUBLISHED_AFTER, partial(_publish, world, course))
        if row.get("featured"):
            world.plan(world.ago(100), partial(_feature, world, course))


def _publish(world: World, course: Course, at: datetime) -> None:
    world.keep({course.slug: publish_course(course=course, by=course.creator, at=at)})


def _feature(world: World, course: Course, at: datetime) -> None:
    feature_course(course=course, featured=True, by=world.get(User, "admin"), at=at)


def _births(world: World, rows: list[dict[str, Any]]) -> Iterator[datetime]:
    """When each course was begun: the first some days after its creator joined."""
    begun: Counter[str] = Counter()
    for row in rows:
        creator = world.get(User, row["creator"])
        yield creator.created_at + FIRST_AFTER + NEXT_AFTER * begun[row["creator"]]
        begun[row["creator"]] += 1


def _course(
    world: World, key: UUID, row: dict[str, Any], category: Category, moment: datetime
) -> Course:
    is_draft = row.get("status") == "draft"
    sessions = len(row["modules"])
    return Course(
        id=key,
        creator=world.get(User, row["creator"]),
        category=category,
        title=row["title"],
        slug=row["slug"],
        tagline=row["tagline"],
        description=row["description"],
        thumbnail_url=None if is_draft else f"/static/img/covers/{row['slug']}.svg",
        level=row["level"],
        price_cents=row["price_cents"],
        duration=f"{sessions} sessions, about {sessions} weeks" if sessions > 1 else "",
        session_minutes=row.get("minutes", 60),
        created_at=moment,
        updated_at=moment,
    )


def _parts(courses: dict[str, Course], rows: list[dict[str, Any]]) -> dict[type[Any], list[Any]]:
    """Modules, tags and the lists of the pages, by table."""
    found: dict[type[Any], list[Any]] = defaultdict(list)
    for row in rows:
        course = courses[row["slug"]]
        found[PeerLoopFeatures].append(PeerLoopFeatures(course=course))
        found[CourseTag] += [CourseTag(course=course, tag=tag) for tag in row["tags"]]
        found[CourseModule] += _modules(course, row)
        for model, texts in (
            (CourseObjective, row["objectives"]),
            (CourseInclude, _includes(course, len(row["modules"]))),
            (CourseTargetAudience, row["audience"]),
        ):
            found[model] += [
                model(course=course, text=text, position=place)
                for place, text in enumerate(texts, start=1)
            ]
        found[CoursePrerequisite] += [
            CoursePrerequisite(course=course, text=text, kind=kind, position=place)
            for place, (text, kind) in enumerate(row["requires"], start=1)
        ]
        found[CourseTestimonial] += [
            CourseTestimonial(course=course, quote=quote, author=author, position=place)
            for place, (quote, author) in enumerate(row.get("said", ()), start=1)
        ]
    return found


def _modules(course: Course, row: dict[str, Any]) -> list[CourseModule]:
    notes = [*row.get("notes", ()), *[""] * len(row["modules"])]
    return [
        CourseModule(
            course=course,
            module_order=place,
            title=title,
            description=description,
            duration=f"{course.session_minutes} minutes",
            teaching_notes=note,
        )
        for place, ((title, description), note) in enumerate(
            zip(row["modules"], notes, strict=False), start=1
        )
    ]


def _includes(course: Course, sessions: int) -> list[str]:
    return [
        f"{sessions} one-on-one sessions of {course.session_minutes} minutes",
        "A teacher of your choice, whom you may change at any time",
        "A certificate that anybody can check",
        "Money back for every session that was not held",
    ]
