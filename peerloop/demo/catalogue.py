"""The shelves and the courses: written as rows, published by the action."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

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
    PeerLoopFeatures,
)
from learning.actions import certify_teacher
from peerloop.demo.content import Person, people, read
from peerloop.demo.story import World
from peerloop.kit.ids import uuid7

FIRST_AFTER = timedelta(days=3)
NEXT_AFTER = timedelta(days=2)


def make_catalogue(world: World) -> None:
    """Categories and drafts with modules and lists, a few statements in all."""
    found = read("courses")
    shelves = {
        slug: Category(name=name, slug=slug, icon=icon, position=place)
        for place, (name, slug, icon) in enumerate(found["categories"], start=1)
    }
    Category.objects.bulk_create(shelves.values())
    rows = found["courses"]
    # Lists end by falling id: so the file's order is the order on the page, each time.
    keys = sorted((uuid7() for _ in rows), reverse=True)
    world.courses = {
        row["slug"]: _course(world, key, row, shelves[row["category"]], moment)
        for key, row, moment in zip(keys, rows, _births(world, rows), strict=True)
    }
    Course.objects.bulk_create(world.courses.values())
    # One statement a table: each one makes the courses' search texts anew.
    for model, parts in _parts(world, rows).items():
        model.objects.bulk_create(parts)


def plan_catalogue(world: World) -> None:
    """Publication by each creator in turn, teachers who were known before, the front page."""
    for row in read("courses")["courses"]:
        course = world.courses[row["slug"]]
        if row.get("status") != "draft":
            world.plan(course.created_at + timedelta(days=1), partial(_publish, world, course))
        if row.get("featured"):
            world.plan(world.ago(100), partial(_feature, world, course))
    for person in people():
        for slug, why in person.teaches.items():
            moment = world.people[person.key].created_at + timedelta(days=3)
            world.plan(moment, partial(_certify, world, person, slug, why))


def _publish(world: World, course: Course, at: datetime) -> None:
    world.courses[course.slug] = publish_course(course=course, by=course.creator, at=at)


def _feature(world: World, course: Course, at: datetime) -> None:
    feature_course(course=course, featured=True, by=world.people["admin"], at=at)


def _certify(world: World, person: Person, slug: str, why: str, at: datetime) -> None:
    """The creator vouches for somebody who did not take the course here (rule APPLY-3)."""
    course = world.courses[slug]
    certify_teacher(
        user=world.people[person.key], course=course, by=course.creator, at=at, waiver=why
    )


def _births(world: World, rows: list[dict[str, Any]]) -> Iterator[datetime]:
    """When each course was begun: the first some days after its creator joined."""
    creators = _creators(world)
    begun: dict[int, int] = {}
    for row in rows:
        number = begun.setdefault(row["creator"], 0)
        begun[row["creator"]] += 1
        yield creators[row["creator"]].created_at + FIRST_AFTER + NEXT_AFTER * number


def _creators(world: World) -> dict[int, Any]:
    return {
        person.creator: world.people[person.key]
        for person in people()
        if person.creator is not None
    }


def _course(
    world: World, key: UUID, row: dict[str, Any], shelf: Category, moment: datetime
) -> Course:
    is_draft = row.get("status") == "draft"
    sessions = len(row["modules"])
    return Course(
        id=key,
        creator=_creators(world)[row["creator"]],
        category=shelf,
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


def _parts(world: World, rows: list[dict[str, Any]]) -> dict[type[Any], list[Any]]:
    """Modules, tags and the lists of the pages, by table."""
    found: dict[type[Any], list[Any]] = defaultdict(list)
    for row in rows:
        course = world.courses[row["slug"]]
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
    return found


def _modules(course: Course, row: dict[str, Any]) -> list[CourseModule]:
    return [
        CourseModule(
            course=course,
            module_order=place,
            title=title,
            description=description,
            duration=f"{course.session_minutes} minutes",
        )
        for place, (title, description) in enumerate(row["modules"], start=1)
    ]


def _includes(course: Course, sessions: int) -> list[str]:
    return [
        f"{sessions} one-on-one sessions of {course.session_minutes} minutes",
        "A teacher of your choice, whom you may change at any time",
        "A certificate that anybody can check",
        "Money back for every session that was not held",
    ]
