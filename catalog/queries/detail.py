"""All data of a course page, in one query."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Now

from accounts.models import User
from catalog.models import (
    Course,
    CourseFollow,
    CourseInclude,
    CourseModule,
    CourseObjective,
    CoursePrerequisite,
    CourseTag,
    CourseTargetAudience,
    CourseTestimonial,
)
from catalog.models.rating import NEW_DAYS
from peerloop.kit.refusals import Missing
from peerloop.kit.statements import Given, Read, packed, unpacked

NEW_FOR = timedelta(days=NEW_DAYS)


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the course."""

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
    """What students should know or have before, with its kind (rule CAT-7)."""

    text: str
    kind: str

    @property
    def kind_label(self) -> str:
        """The kind as words."""
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
        """The id, under the name that the avatar template uses."""
        return self.id


class Testimonial(NamedTuple):
    """What somebody said about the course."""

    quote: str
    author: str


@dataclass(frozen=True, slots=True)
class CourseDetail:
    """A course with all its lists. ``category`` is None in a draft without one."""

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
    testimonials: list[Testimonial]
    is_new: bool

    @property
    def pk(self) -> UUID:
        """The id, under the name that models use."""
        return self.id

    @property
    def is_listed(self) -> bool:
        """Whether it is listed in the catalog and can be bought (rule CAT-4)."""
        return self.status == Course.Status.PUBLISHED and not self.is_deleted

    @property
    def level_label(self) -> str:
        """The level as words."""
        return str(Course.Level(self.level).label)


def _lines(model: Any, order: str, column: Any) -> ArraySubquery:
    return ArraySubquery(
        model.objects.filter(course=OuterRef("pk")).order_by(order).values_list(column)
    )


def _modules() -> ArraySubquery:
    columns = ("id", "title", "description", "duration", "video_count", "reading_count")
    present = CourseModule.objects.filter(course=OuterRef("pk"), archived_at=None)
    return ArraySubquery(
        present.order_by("module_order").values_list(packed(*columns, "has_assessment"))
    )


def _columns(courses: QuerySet[Course]) -> QuerySet[Course, tuple[Any, ...]]:
    follows = CourseFollow.objects.filter(course=OuterRef("pk"), user=Given("viewer"))
    philosophy = Case(
        When(creator__privacy_public=True, then="creator__teaching_philosophy"),
        default=Value("", TextField()),
    )
    return courses.values_list(
        *("id", "slug", "title", "tagline", "description", "thumbnail_url", "level"),
        *("price_cents", "currency", "duration", "session_minutes", "status"),
        ExpressionWrapper(Q(deleted_at__isnull=False), BooleanField()),
        "lifetime_access",
        Cast("rating", FloatField()),
        *("rating_count", "student_count", "updated_at"),
        *("category_id", "category__name", "category__slug"),
        *("creator_id", "creator__name", "creator__avatar_url", "creator__handle"),
        "creator__title",
        philosophy,
        Exists(follows),
        _lines(CourseTag, "tag", "tag"),
        _lines(CourseObjective, "position", "text"),
        _lines(CourseInclude, "position", "text"),
        _lines(CourseTargetAudience, "position", "text"),
        _lines(CoursePrerequisite, "position", packed("text", "kind")),
        _modules(),
        *("peerloop_features__one_on_one_teaching", "peerloop_features__certified_teachers"),
        *("peerloop_features__earn_while_teaching", "peerloop_features__teacher_commission"),
        _lines(CourseTestimonial, "position", packed("quote", "author")),
        ExpressionWrapper(Q(first_published_at__gt=Now() - NEW_FOR), BooleanField()),
    )


def course_detail(key: Course | UUID | str, *, viewer: User | None = None) -> CourseDetail:
    """The course with that id or slug, in any status; raises Missing. One query.

    Does not check who may see it. ``viewer`` only decides ``is_following``.
    """
    read, value = _by(key)
    found = read.first(key=value, viewer=viewer.pk if viewer else None)
    if found is None:
        raise Missing
    return found


def _by(key: Course | UUID | str) -> tuple[Read[CourseDetail], Any]:
    if isinstance(key, Course):
        return BY_ID, key.pk
    if isinstance(key, UUID):
        return BY_ID, key
    try:
        return BY_ID, UUID(key)
    except ValueError:
        return BY_SLUG, key


def _detail(*row: Any) -> CourseDetail:
    shelf = (row[18], row[19], row[20]) if row[18] is not None else None
    prerequisites = [Prerequisite(*unpacked(line)) for line in row[32]]
    modules = [_module(*unpacked(line)) for line in row[33]]
    one_on_one, certified, earn, commission = row[34:38]
    testimonials = [Testimonial(*unpacked(line)) for line in row[38]]
    # Defaults for a course without a row of features.
    features = {
        "one_on_one_teaching": one_on_one is not False,
        "certified_teachers": certified is not False,
        "earn_while_teaching": earn is not False,
        "teacher_commission": 70 if commission is None else commission,
    }
    creator = Person(*row[21:27])
    values = [*row[:18], shelf, creator, *row[27:32], prerequisites, modules, features]
    values += [testimonials, bool(row[39])]
    return CourseDetail(*values)


def _module(key: str, *rest: Any) -> Module:
    return Module(UUID(key), *rest)


BY_ID = Read(_detail, lambda: _columns(Course.objects.filter(pk=Given("key"))))
BY_SLUG = Read(_detail, lambda: _columns(Course.objects.filter(slug=Given("key"))))
