"""Begin a course from another one: a copy, or what a package holds."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from catalog.actions.covers import key_of
from catalog.actions.curriculum import add_archived_modules, add_modules
from catalog.actions.drafting import MAX_TITLE_LENGTH, create_course, edit_course
from catalog.actions.lists import CHECKS, stored_list
from catalog.actions.locks import lock_managed_course
from catalog.models import Category, Course
from peerloop.kit.refusals import FieldErrors
from peerloop.kit.text import isolated, one_line

FIELDS = (
    *("tagline", "description", "category", "level", "price_cents", "duration"),
    *("session_minutes", "lifetime_access"),
)
MODULE_FIELDS = (
    *("title", "description", "duration", "video_url", "document_url", "video_count"),
    *("reading_count", "has_assessment", "objectives", "exercise", "teaching_notes"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a course says, without its rows: by the names of ``edit_course`` and ``add_module``."""

    title: str
    fields: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, Any] = field(default_factory=dict)
    modules: list[dict[str, Any]] = field(default_factory=list)
    # The latest archived one first.
    archived: list[dict[str, Any]] = field(default_factory=list)


def content_of(course: Course) -> Content:
    """The content of a course. Nine queries."""
    modules = course.modules.filter(archived_at=None).order_by("module_order")
    archived = course.modules.exclude(archived_at=None).order_by("-archived_at", "-pk")
    return Content(
        title=course.title,
        fields={name: getattr(course, name) for name in FIELDS},
        lists={name: stored_list(course, name) for name in CHECKS},
        modules=list(modules.values(*MODULE_FIELDS)),
        archived=list(archived.values(*MODULE_FIELDS)),
    )


@transaction.atomic
def write_course(*, content: Content, cover: str | None = None, by: User, at: datetime) -> Course:
    """Create a draft with that content.

    Raises Forbidden unless ``by`` is an approved creator, and Invalid naming every wrong field,
    those of modules as ``modules.2.title``; then nothing is created. Not safe to repeat.
    """
    errors = FieldErrors()
    course = create_course(title=content.title, by=by, at=at)
    with errors.part():
        edit_course(course=course, by=by, thumbnail_url=cover, **content.fields, **content.lists)
    with errors.part():
        add_modules(course=course, contents=content.modules, by=by)
    with errors.part():
        add_archived_modules(course=course, contents=content.archived, by=by, at=at)
    errors.settle()
    course.refresh_from_db(fields=["revision", "thumbnail_url", "description"])
    return course


@transaction.atomic
def duplicate_course(*, course: Course, by: User, at: datetime) -> Course:
    """A draft of one's own with the content of a course that one may change.

    Students, reviews, archived modules and the slug stay behind. An uploaded cover is shared while
    both belong to one creator. Raises Missing, Forbidden. Not safe to repeat.
    """
    course = lock_managed_course(course, by=by)
    content = content_of(course)
    title = one_line(f"Copy of {isolated(content.title)}")[:MAX_TITLE_LENGTH].strip()
    shares = course.creator_id == by.pk or not key_of(course.thumbnail_url)
    return write_course(
        content=Content(title, content.fields, content.lists, content.modules),
        cover=course.thumbnail_url if shares else None,
        by=by,
        at=at,
    )


def category_of(slug: str | None) -> Category | None:
    """The active category with that slug; None if there is none."""
    return Category.objects.filter(slug=slug, is_active=True).first() if slug else None
