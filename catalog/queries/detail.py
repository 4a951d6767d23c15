"""Everything that is told of one course, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from accounts.models import User
from catalog.models import Course, CoursePrerequisite
from peerloop.kit.refusals import Missing


@dataclass(frozen=True, slots=True)
class Module:
    """One step of the course."""

    id: UUID
    title: str
    description: str
    duration: str
    video_count: int
    reading_count: int
    has_assessment: bool

    def as_json(self) -> dict[str, Any]:
        """A module as the API gives it."""
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "duration": self.duration,
            "video_count": self.video_count,
            "reading_count": self.reading_count,
            "has_assessment": self.has_assessment,
        }


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """What one should bring, and how much it matters (rule CAT-7)."""

    text: str
    kind: str

    @property
    def kind_label(self) -> str:
        """The grade in words."""
        return str(CoursePrerequisite.Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Person:
    """The creator, as a course page may show them even if their profile is private (PRIV-5)."""

    id: UUID
    name: str
    avatar_url: str
    handle: str
    title: str
    philosophy: str

    @property
    def pk(self) -> UUID:
        """The key under the name that avatars ask for."""
        return self.id


@dataclass(frozen=True, slots=True)
class CourseDetail:
    """A course with all its lists. ``category`` is empty in a draft that has none yet."""

    id: UUID
    slug: str
    title: str
    tagline: str
    description: str
    thumbnail_url: str | None
    level: str
    price_cents: int
    currency: str
    duration: str
    session_minutes: int
    status: str
    is_deleted: bool
    lifetime_access: bool
    rating: float | None
    rating_count: int
    student_count: int
    updated_at: datetime
    category: tuple[UUID, str, str] | None
    creator: Person
    is_following: bool
    tags: list[str]
    objectives: list[str]
    includes: list[str]
    audience: list[str]
    prerequisites: list[Prerequisite]
    modules: list[Module]
    features: dict[str, Any]

    @property
    def pk(self) -> UUID:
        """The key, as rows have it."""
        return self.id

    @property
    def is_listed(self) -> bool:
        """Whether it is shown and sold (rule CAT-4)."""
        return self.status == Course.Status.PUBLISHED and not self.is_deleted

    @property
    def level_label(self) -> str:
        """The level in words."""
        return str(Course.Level(self.level).label)


STATEMENT = """
SELECT c.id, c.slug, c.title, c.tagline, c.description, c.thumbnail_url, c.level, c.price_cents,
    c.currency, c.duration, c.session_minutes, c.status, c.deleted_at IS NOT NULL,
    c.lifetime_access, c.rating::float8, c.rating_count, c.student_count, c.updated_at,
    g.id, g.name, g.slug, u.id, u.name, u.avatar_url, u.handle, u.title,
    CASE WHEN u.privacy_public THEN u.teaching_philosophy ELSE '' END,
    EXISTS (SELECT FROM course_follows WHERE course_id = c.id AND user_id = %(viewer)s),
    ARRAY (SELECT tag FROM course_tags WHERE course_id = c.id ORDER BY tag),
    ARRAY (SELECT text FROM course_objectives WHERE course_id = c.id ORDER BY position),
    ARRAY (SELECT text FROM course_includes WHERE course_id = c.id ORDER BY position),
    ARRAY (SELECT text FROM course_target_audience WHERE course_id = c.id ORDER BY position),
    (SELECT json_agg(json_build_array(text, kind) ORDER BY position)
        FROM course_prerequisites WHERE course_id = c.id)::text,
    (SELECT json_agg(json_build_array(id, title, description, duration, video_count,
            reading_count, has_assessment) ORDER BY module_order)
        FROM course_curriculum WHERE course_id = c.id AND archived_at IS NULL)::text,
    f.one_on_one_teaching, f.certified_teachers, f.earn_while_teaching, f.teacher_commission
FROM courses c JOIN users u ON u.id = c.creator_id
LEFT JOIN categories g ON g.id = c.category_id
LEFT JOIN peerloop_features f ON f.course_id = c.id
WHERE {}
"""
BY_ID = STATEMENT.format("c.id = %(key)s")
BY_SLUG = STATEMENT.format("c.slug = %(key)s")


def course_detail(key: Course | UUID | str, *, viewer: User | None = None) -> CourseDetail:
    """The course of that id or slug, in any state; raises Missing. Who may see it is for the page.

    ``viewer`` is asked for ``is_following`` only. One statement.
    """
    statement, value = _by(key)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"key": value, "viewer": viewer.pk if viewer else None})
        row = cursor.fetchone()
    if row is None:
        raise Missing
    return _told(row)


def _by(key: Course | UUID | str) -> tuple[str, Any]:
    if isinstance(key, Course):
        return BY_ID, key.pk
    if isinstance(key, UUID):
        return BY_ID, key
    try:
        return BY_ID, UUID(key)
    except ValueError:
        return BY_SLUG, key


def _told(row: tuple[Any, ...]) -> CourseDetail:
    shelf = (row[18], row[19], row[20]) if row[18] is not None else None
    prerequisites = orjson.loads(row[32]) if row[32] else []
    modules = orjson.loads(row[33]) if row[33] else []
    one_on_one, certified, earn, commission = row[34:38]
    # A course without the row of features has what every course has.
    features = {
        "one_on_one_teaching": one_on_one is not False,
        "certified_teachers": certified is not False,
        "earn_while_teaching": earn is not False,
        "teacher_commission": 70 if commission is None else commission,
    }
    values = [*row[:18], shelf, Person(*row[21:27]), *row[27:32]]
    values.append([Prerequisite(*line) for line in prerequisites])
    values.append([Module(UUID(line[0]), *line[1:]) for line in modules])
    values.append(features)
    return CourseDetail(*values)
