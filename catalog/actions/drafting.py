"""Making a course and changing what it says."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.models import User
from catalog.actions.locks import managed
from catalog.actions.publishing import require_whole
from catalog.models import Course, PeerLoopFeatures
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from peerloop.kit.text import clean, one_line

LONGEST_TITLE = 140
LONGEST_SLUG = 150
ONE_LINERS = ("title", "tagline", "duration")
BASICS = (
    *ONE_LINERS,
    "description",
    "category",
    "level",
    "price_cents",
    "session_minutes",
    "thumbnail_url",
    "lifetime_access",
)


@transaction.atomic
def create_course(*, title: str, by: User, at: datetime) -> Course:
    """A new draft at the draft price of 45,000 cents (rule CAT-1), for creators only (ROLE-4).

    Not safe to repeat: each call makes a course, with a slug of its own.
    """
    if not by.is_creator:
        raise Forbidden("Creating courses is open to approved creators.", code="not_a_creator")
    title = _title(title)
    course = Course(creator=by, title=title, created_at=at, updated_at=at)
    _save_with_free_slug(course)
    PeerLoopFeatures.objects.create(course=course)
    return course


@transaction.atomic
def edit_course(*, course: Course, by: User, **basics: Any) -> Course:
    """Change title, texts, category, level, price, session length or picture.

    A published course stays whole (rule CAT-3), and a new price holds for new checkouts only
    (CAT-2). The address of the course stays. Raises Invalid naming the field. Safe to repeat.
    """
    course = managed(course, by=by)
    unknown = set(basics) - set(BASICS)
    if unknown:
        raise Invalid.field(min(unknown), "This can't be changed here.")
    for name, value in basics.items():
        if name == "title":
            value = _title(value)
        elif name in ONE_LINERS:
            value = one_line(value)
        elif name == "description":
            value = clean(value)
        setattr(course, name, value)
    _check_fields(course, basics)
    if course.status == Course.Status.PUBLISHED:
        require_whole(course)
    course.save(update_fields=list(basics))
    return course


@transaction.atomic
def delete_course(*, course: Course, by: User, at: datetime) -> None:
    """Take a draft away for good; only one that was never published, so never bought (CAT-9).

    Safe to repeat. The row stays, marked.
    """
    course = managed(course, by=by)
    if course.status != Course.Status.DRAFT or course.first_published_at is not None:
        raise Conflict("Only a draft that was never published can be deleted. Retire it instead.")
    course.deleted_at = at
    course.save(update_fields=["deleted_at"])


def _title(value: str) -> str:
    title = one_line(value)
    if not 3 <= len(title) <= LONGEST_TITLE:
        raise Invalid.field("title", f"Give a title of 3 to {LONGEST_TITLE} characters.")
    return title


def _check_fields(course: Course, basics: dict[str, Any]) -> None:
    for name in basics:
        value = getattr(course, name)
        longest = getattr(Course._meta.get_field(name), "max_length", None)
        if longest and isinstance(value, str) and len(value) > longest:
            raise Invalid.field(name, f"Use at most {longest} characters.")
    if course.level not in Course.Level.values:
        raise Invalid.field("level", "Choose beginner, intermediate or advanced.")
    if course.session_minutes not in Course.SESSION_MINUTES:
        raise Invalid.field("session_minutes", "A session lasts 30, 45, 60 or 90 minutes.")
    if not 0 <= course.price_cents <= Course.HIGHEST_PRICE_CENTS:
        raise Invalid.field("price_cents", "Give a price from $0.50 to $100,000.")


def _save_with_free_slug(course: Course) -> None:
    """The plain slug if nobody has it; else with an ending, which two at once can't share."""
    base = slugify(course.title)[:LONGEST_SLUG].strip("-") or "course"
    for slug in (base, f"{base}-{uuid7().hex[-6:]}"):
        course.slug = slug
        if Course.objects.filter(slug=slug).exists():
            continue
        try:
            with transaction.atomic():
                course.save(force_insert=True)
        except IntegrityError:
            continue
        return
    raise Conflict("This title was just taken. Try again.")
