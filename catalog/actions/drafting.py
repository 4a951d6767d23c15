"""Create, edit and delete courses."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.models import User
from catalog.actions.lists import CHECKS, checked_list, stored_list, write_list
from catalog.actions.locks import lock_managed_course
from catalog.actions.publishing import require_publishable
from catalog.actions.revisions import require_revision
from catalog.models import Course, PeerLoopFeatures
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Conflict, FieldErrors, Forbidden, Invalid
from peerloop.kit.text import clean, in_latin_letters, one_line

MAX_TITLE_LENGTH = 140
MAX_SLUG_LENGTH = 150
ONE_LINE_FIELDS = ("title", "tagline", "duration")
EDITABLE_FIELDS = (
    *ONE_LINE_FIELDS,
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
    """Create a draft with the default price of 45,000 cents (rule CAT-1).

    Raises Forbidden unless ``by`` is an approved creator (ROLE-4). Not safe to repeat: each call
    creates a course, with its own slug.
    """
    if not by.is_creator:
        raise Forbidden("Creating courses is open to approved creators.", code="not_a_creator")
    title = _title(title)
    course = Course(creator=by, title=title, created_at=at, updated_at=at)
    _save_with_free_slug(course)
    PeerLoopFeatures.objects.create(course=course)
    return course


@transaction.atomic
def edit_course(*, course: Course, by: User, revision: int | None = None, **fields: Any) -> Course:
    """Change texts, category, level, price, session length, picture, and the lists of the page.

    Lists are replaced as a whole: see ``catalog.actions.lists``. With ``revision`` nothing is
    overwritten that the editor has not seen: raises ChangedElsewhere. A published course must stay
    publishable (rule CAT-3). A new price applies to new checkouts only (CAT-2). The slug does not
    change. Raises Invalid naming every wrong field. Safe to repeat, also with the
    same revision: what is stored already clashes with nothing.
    """
    course = lock_managed_course(course, by=by)
    errors, wanted = FieldErrors(), {}
    for name, value in fields.items():
        with errors.part():
            wanted[name] = _checked(name, value)
    errors.settle()
    lists = {
        name: value
        for name, value in wanted.items()
        if name in CHECKS and stored_list(course, name) != value
    }
    columns = [
        name
        for name, value in wanted.items()
        if name not in CHECKS and getattr(course, name) != value
    ]
    if not columns and not lists:
        return course
    require_revision(course, revision)
    for name in columns:
        setattr(course, name, wanted[name])
    if course.status == Course.Status.PUBLISHED:
        require_publishable(course)
    course.revision += 1
    course.save(update_fields=[*columns, "revision"])
    for name, value in lists.items():
        write_list(course, name, value)
    return course


@transaction.atomic
def delete_course(*, course: Course, by: User, at: datetime) -> None:
    """Delete a draft that was never published, and so never bought (rule CAT-9).

    The row is kept with ``deleted_at``. Raises Conflict for other courses, Missing if repeated.
    """
    course = lock_managed_course(course, by=by)
    if course.status != Course.Status.DRAFT or course.first_published_at is not None:
        raise Conflict("Only a draft that was never published can be deleted. Retire it instead.")
    course.deleted_at = at
    course.save(update_fields=["deleted_at"])


def _title(value: str) -> str:
    title = one_line(value)
    if not 3 <= len(title) <= MAX_TITLE_LENGTH:
        raise Invalid.field("title", f"Give a title of 3 to {MAX_TITLE_LENGTH} characters.")
    return title


def _checked(name: str, value: Any) -> Any:
    if name in CHECKS:
        return checked_list(name, value)
    if name not in EDITABLE_FIELDS:
        raise Invalid.field(name, "This can't be changed here.")
    if name == "title":
        return _title(value)
    if name in ONE_LINE_FIELDS:
        value = one_line(value)
    elif name == "description":
        value = clean(value)
    longest = getattr(Course._meta.get_field(name), "max_length", None)
    if longest and isinstance(value, str) and len(value) > longest:
        raise Invalid.field(name, f"Use at most {longest} characters.")
    if name == "level" and value not in Course.Level.values:
        raise Invalid.field(name, "Choose beginner, intermediate or advanced.")
    if name == "session_minutes" and value not in Course.SESSION_MINUTES:
        raise Invalid.field(name, "A session lasts 30, 45, 60 or 90 minutes.")
    if name == "price_cents" and not 0 <= value <= Course.MAX_PRICE_CENTS:
        raise Invalid.field(name, "Give a price from $0.50 to $100,000.")
    return value


def _save_with_free_slug(course: Course) -> None:
    """Use the slug of the title, or add a random ending if it is taken, also concurrently."""
    base = slugify(in_latin_letters(course.title))[:MAX_SLUG_LENGTH].strip("-") or "course"
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
