"""Change the status of a course: draft, published, suspended, retired (rule CAT-4)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User, UserStats
from catalog.actions.locks import lock_managed_course
from catalog.events import CoursePublished
from catalog.models import Course
from peerloop.kit.events import announce
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, Missing
from peerloop.kit.text import clean

MIN_PRICE_CENTS = 50
MIN_DESCRIPTION_LENGTH = 50


class NotReady(Conflict):
    """The course does not meet all requirements of publishing (CAT-3); ``missing`` lists them."""

    code = "course_incomplete"


# What publishing requires, in the order of the studio: field, words, check.
REQUIREMENTS: tuple[tuple[str, str, Callable[[Course], object]], ...] = (
    ("title", "a title", lambda course: course.title),
    (
        "description",
        f"a description of at least {MIN_DESCRIPTION_LENGTH} characters",
        lambda course: len(course.description) >= MIN_DESCRIPTION_LENGTH,
    ),
    ("thumbnail_url", "a picture", lambda course: course.thumbnail_url),
    ("category", "a category", lambda course: course.category_id),
    ("duration", "how long it takes", lambda course: course.duration),
    (
        "price_cents",
        "a price of at least $0.50",
        lambda course: course.price_cents >= MIN_PRICE_CENTS,
    ),
    (
        "modules",
        "at least one module",
        lambda course: course.modules.filter(archived_at=None).exists(),
    ),
    (
        "payout_account",
        "an active payout account",
        lambda course: (
            course.creator.stripe_payouts_enabled
            and course.creator.stripe_account_status == User.PayoutAccount.ACTIVE
        ),
    ),
)
# Requirements on fields of the course itself, which also hold while it is published.
FIELDS_WHILE_PUBLISHED = frozenset(
    {"title", "description", "thumbnail_url", "category", "duration", "price_cents"}
)


def missing_for_publication(course: Course, *, modules: int | None = None) -> list[dict[str, str]]:
    """The unmet requirements as ``{"field", "needs"}``; empty if the course can be published.

    ``modules``: how many it has, where that is known; else they are looked for.
    """
    known = {} if modules is None else {"modules": modules > 0}
    return [
        {"field": field, "needs": words}
        for field, words, is_met in REQUIREMENTS
        if not (known[field] if field in known else is_met(course))
    ]


def require_publishable(course: Course) -> None:
    """Raise Invalid if the fields of a published course don't meet the requirements (CAT-3)."""
    for field, words, is_met in REQUIREMENTS:
        if field in FIELDS_WHILE_PUBLISHED and not is_met(course):
            raise Invalid.field(field, f"A published course needs {words}.")


@transaction.atomic
def publish_course(*, course: Course, by: User, at: datetime) -> Course:
    """Publish the course; raises NotReady with all unmet requirements (rule CAT-3).

    Only an admin may publish a suspended course. The first publication announces CoursePublished,
    whose handler certifies the creator as its teacher (ROLE-6). Safe to repeat.
    """
    course = lock_managed_course(course, by=by)
    if course.status == Course.Status.PUBLISHED:
        return course
    if course.status == Course.Status.SUSPENDED and not by.is_admin:
        raise Forbidden("This course is suspended. Only an admin can list it again.")
    if course.first_published_at is None and not course.creator.is_creator:
        raise Forbidden("Publishing is open to approved creators.", code="not_a_creator")
    missing = missing_for_publication(course)
    if missing:
        words = ", ".join(item["needs"] for item in missing)
        raise NotReady(
            f"Before it can be published, the course needs {words}.",
            fields={item["field"]: [f"Add {item['needs']}."] for item in missing},
            missing=missing,
        )
    before = course.status
    course.transition_to(Course.Status.PUBLISHED)
    course.suspended_reason, course.retired_at = "", None
    first = course.first_published_at is None
    course.first_published_at = course.first_published_at or at
    course.save(update_fields=["status", "suspended_reason", "retired_at", "first_published_at"])
    _audit(course, before, by=by, at=at)
    if first:
        UserStats.add(course.creator_id, courses_created=1)
        announce(CoursePublished(course.pk, course.creator_id, at))
    return course


@transaction.atomic
def unpublish_course(*, course: Course, by: User, at: datetime) -> Course:
    """Return the course to draft: it is no longer listed; enrollments continue. Safe to repeat."""
    return _transition(course, Course.Status.DRAFT, by=by, at=at)


@transaction.atomic
def retire_course(*, course: Course, by: User, at: datetime) -> Course:
    """Retire the course: it is no longer listed; enrollments continue. Safe to repeat."""
    return _transition(course, Course.Status.RETIRED, by=by, at=at)


@transaction.atomic
def suspend_course(*, course: Course, reason: str, by: User, at: datetime) -> Course:
    """Suspend the course, by an admin, with a reason that its creator sees.

    It is no longer listed; enrollments continue (rule CAT-4). Safe to repeat.
    """
    if not by.is_admin:
        raise Missing
    reason = clean(reason)
    if not reason:
        raise Invalid.field("reason", "Say why. The creator reads it.")
    return _transition(course, Course.Status.SUSPENDED, by=by, at=at, reason=reason)


@transaction.atomic
def feature_course(*, course: Course, featured: bool, by: User, at: datetime) -> Course:
    """Feature the course on the front page or stop it, by an admin. Safe to repeat."""
    if not by.is_admin:
        raise Missing
    course = lock_managed_course(course, by=by)
    if course.is_featured != featured:
        course.is_featured = featured
        course.save(update_fields=["is_featured"])
        action = "course.featured" if featured else "course.unfeatured"
        record(actor=by, action=action, subject=course, at=at)
    return course


def _transition(course: Course, status: str, *, by: User, at: datetime, reason: str = "") -> Course:
    course = lock_managed_course(course, by=by)
    if course.status == status:
        return course
    before = course.status
    course.transition_to(status)
    course.suspended_reason = reason
    course.retired_at = at if status == Course.Status.RETIRED else None
    course.save(update_fields=["status", "suspended_reason", "retired_at"])
    _audit(course, before, by=by, at=at, reason=reason)
    return course


def _audit(course: Course, before: str, *, by: User, at: datetime, reason: str = "") -> None:
    """Record changes by admins; a creator's own changes are not audited."""
    if by.pk != course.creator_id:
        record(
            actor=by,
            action=f"course.{course.status}",
            subject=course,
            before={"status": before},
            after={"status": course.status},
            reason=reason,
            at=at,
        )
