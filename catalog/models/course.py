"""Courses, their categories and followers."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from catalog.models.rating import EXACT, fair_rating
from catalog.models.search import CREATOR_RENAMED, SEARCH
from catalog.models.triggers import SHELF_COUNTS
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row
from peerloop.kit.states import State, StatusChoices

models.TextField.register_lookup(Length)
LISTED = Q(status="published", deleted_at=None)


class Category(Row):
    """A category of courses."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    icon = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "categories"
        ordering = ["position"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(
                fields=["position"],
                name="category_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.name


class CourseQuerySet(models.QuerySet["Course"]):
    """Filters of courses."""

    def listed(self) -> "CourseQuerySet":
        """Courses that are listed in the catalog and can be bought (rule CAT-4)."""
        return self.filter(status=Course.Status.PUBLISHED, deleted_at=None)


class Course(HasStatus, Row):
    """A course of ordered modules, each taught in one session; one price for all teachers."""

    class Level(models.TextChoices):
        BEGINNER = "beginner"
        INTERMEDIATE = "intermediate"
        ADVANCED = "advanced"

    class Status(StatusChoices):
        DRAFT = "draft", State("neutral", "pencil", "Draft")
        PUBLISHED = "published", State("ok", "globe", "Published")
        SUSPENDED = "suspended", State("danger", "octagon-alert", "Suspended")
        RETIRED = "retired", State("neutral", "folder", "Retired")

    SESSION_MINUTES: ClassVar = (30, 45, 60, 90)
    MAX_PRICE_CENTS: ClassVar = 10_000_000
    TRANSITIONS: ClassVar = {
        Status.DRAFT: {Status.PUBLISHED},
        Status.PUBLISHED: {Status.DRAFT, Status.SUSPENDED, Status.RETIRED},
        Status.SUSPENDED: {Status.PUBLISHED, Status.RETIRED},
        Status.RETIRED: {Status.PUBLISHED},
    }

    creator = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="courses"
    )
    title = models.CharField(max_length=140)
    slug = models.SlugField(max_length=160, unique=True)
    tagline = models.CharField(max_length=200, blank=True)
    description = models.TextField(max_length=20_000, blank=True)
    thumbnail_url = models.CharField(max_length=500, null=True, blank=True)
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.BEGINNER)
    price_cents = models.PositiveIntegerField(default=45_000)
    currency = models.CharField(max_length=3, default="usd")
    duration = models.CharField(max_length=60, blank=True)
    session_minutes = models.PositiveSmallIntegerField(default=60)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    is_featured = models.BooleanField(default=False)
    lifetime_access = models.BooleanField(default=True)
    rating = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    rating_count = models.PositiveIntegerField(default=0)
    fair_rating = models.GeneratedField(
        expression=fair_rating(), output_field=EXACT, db_persist=True
    )
    student_count = models.PositiveIntegerField(default=0)
    # Grows with each change of what the studio edits, so that two editors notice each other.
    revision = models.PositiveIntegerField(default=1, db_default=1)
    first_published_at = models.DateTimeField(null=True, blank=True)
    suspended_reason = models.TextField(max_length=2000, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    search = SearchVectorField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CourseQuerySet.as_manager()

    is_published = Is("status", Status.PUBLISHED)
    is_suspended = Is("status", Status.SUSPENDED)
    is_draft = Is("status", Status.DRAFT)
    is_retired = Is("status", Status.RETIRED)

    class Meta:
        db_table = "courses"
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published")
                | Q(
                    price_cents__gte=50,
                    category__isnull=False,
                    thumbnail_url__isnull=False,
                    description__length__gte=50,
                ),
                name="course_published_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "suspended", "retired"]),
                name="course_status",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["beginner", "intermediate", "advanced"]),
                name="course_level",
            ),
            models.CheckConstraint(
                condition=Q(session_minutes__in=[30, 45, 60, 90]), name="course_session_minutes"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True, rating_count=0)
                | Q(rating__gte=1, rating__lte=5, rating_count__gte=1),
                name="course_rating_1_to_5",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="course_revision_from_1"),
            SEARCH,
            CREATOR_RENAMED,
            *SHELF_COUNTS,
        ]
        indexes = [
            GinIndex(fields=["search"], name="course_search"),
            models.Index(fields=["category", "status"], name="course_category_status"),
            models.Index(fields=["level", "status"], name="course_level_status"),
            # One index per sort order, over listed courses only, so that a page reads no other row.
            models.Index(
                F("fair_rating").desc(),
                F("id").desc(),
                condition=LISTED,
                name="course_listed_rating",
            ),
            models.Index(
                fields=["price_cents", "id"], condition=LISTED, name="course_listed_price"
            ),
            models.Index(
                fields=["-student_count", "-id"], condition=LISTED, name="course_listed_students"
            ),
            models.Index(
                fields=["-first_published_at", "-id"],
                condition=LISTED,
                name="course_listed_newest",
            ),
            models.Index(
                F("fair_rating").desc(),
                F("id").desc(),
                condition=LISTED & Q(is_featured=True),
                name="course_featured_rating",
            ),
            models.Index(fields=["creator", "status"], name="course_creator_status"),
            models.Index(fields=["creator", "-created_at", "-id"], name="course_creator_newest"),
            # So that the courses of one creator, or of one shelf, come in the default order.
            models.Index(
                F("creator"),
                F("fair_rating").desc(),
                F("id").desc(),
                condition=LISTED,
                name="course_creator_rating",
            ),
            models.Index(
                F("category"),
                F("fair_rating").desc(),
                F("id").desc(),
                condition=LISTED,
                name="course_category_rating",
            ),
            models.Index(
                F("category"),
                F("level"),
                F("fair_rating").desc(),
                F("id").desc(),
                condition=LISTED,
                name="course_shelf_rating",
            ),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="course_title_trgm"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def listed_sql(cls, table: str = "courses") -> str:
        """The condition of ``CourseQuerySet.listed`` for statements in SQL."""
        return f"({table}.status = '{cls.Status.PUBLISHED}' AND {table}.deleted_at IS NULL)"

    @property
    def is_listed(self) -> bool:
        """Whether it is listed in the catalog and can be bought (rule CAT-4)."""
        return self.status == self.Status.PUBLISHED and self.deleted_at is None


class CourseFollow(Row):
    """A member who follows a course."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "course_follows"
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="course_follow_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.course_id}"
