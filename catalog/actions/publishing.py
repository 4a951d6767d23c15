"""The states of a course: draft, published, suspended, retired (rule CAT-4)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User, UserStats
from catalog.actions.locks import managed
from catalog.events import CoursePublished
from catalog.models import Course
from peerloop.kit.events import announce
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, Missing
from peerloop.kit.text import clean

LEAST_PRICE_CENTS = 50
LEAST_DESCRIPTION = 50


class NotReady(Conflict):
    """Publishing needs more than is there (rule CAT-3); ``missing`` lists it."""

    code = "course_incomplete"


# What publishing needs, in the order of the studio: field, words, test.
NEEDS: tuple[tuple[str, str, Callable[[Course], object]], ...] = (
    ("title", "a title", lambda course: course.title),
    (
        "description",
        f"a description of at least {LEAST_DESCRIPTION} characters",
        lambda course: len(course.description) >= LEAST_DESCRIPTION,
    ),
    ("thumbnail_url", "a picture", lambda course: course.thumbnail_url),
    ("category", "a category", lambda course: course.category_id),
    ("duration", "how long it takes", lambda course: course.duration),
    (
        "price_cents",
        "a price of at least $0.50",
        lambda course: course.price_cents >= LEAST_PRICE_CENTS,
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
# What the row itself has to keep while it is published.
OF_THE_ROW = frozenset({"title", "description", "thumbnail_url", "category", "duration"})


def missing_for_publication(course: Course) -> list[dict[str, str]]:
    """What is still missing as ``{"field", "needs"}``; empty when the course can be published."""
    return [{"field": field, "needs": words} for field, words, has in NEEDS if not has(course)]


def require_whole(course: Course) -> None:
    """Raises Invalid if a published course would lose what publishing needed (rule CAT-3)."""
    for field, words, has in NEEDS:
        if field in OF_THE_ROW | {"price_cents"} and not has(course):
            raise Invalid.field(field, f"A published course needs {words}.")


@transaction.atomic
def publish_course(*, course: Course, by: User, at: datetime) -> Course:
    """List and sell the course; raises NotReady with all that is missing (rule CAT-3).

    Safe to repeat. A suspended course is lifted by an admin only. The first time it announces
    CoursePublished, from which its creator may teach it (ROLE-6).
    """
    course = managed(course, by=by)
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
    _note(course, before, by=by, at=at)
    if first:
        UserStats.add(course.creator_id, courses_created=1)
        announce(CoursePublished(course.pk, course.creator_id, at))
    return course


@transaction.atomic
def unpublish_course(*, course: Course, by: User, at: datetime) -> Course:
    """Back to draft: no longer listed or sold; running enrollments go on. Safe to repeat."""
    return _moved(course, Course.Status.DRAFT, by=by, at=at)


@transaction.atomic
def retire_course(*, course: Course, by: User, at: datetime) -> Course:
    """Take the course off the catalog for good; running enrollments go on. Safe to repeat."""
    return _moved(course, Course.Status.RETIRED, by=by, at=at)


@transaction.atomic
def suspend_course(*, course: Course, reason: str, by: User, at: datetime) -> Course:
    """An admin takes the course off the catalog with a reason that its creator sees.

    Running enrollments go on (rule CAT-4). Safe to repeat.
    """
    if not by.is_admin:
        raise Missing
    reason = clean(reason)
    if not reason:
        raise Invalid.field("reason", "Say why. The creator reads it.")
    return _moved(course, Course.Status.SUSPENDED, by=by, at=at, reason=reason)


@transaction.atomic
def feature_course(*, course: Course, featured: bool, by: User, at: datetime) -> Course:
    """An admin puts the course on the front page, or takes it off. Safe to repeat."""
    if not by.is_admin:
        raise Missing
    course = managed(course, by=by)
    if course.is_featured != featured:
        course.is_featured = featured
        course.save(update_fields=["is_featured"])
        action = "course.featured" if featured else "course.unfeatured"
        record(actor=by, action=action, subject=course, at=at)
    return course


def _moved(course: Course, status: str, *, by: User, at: datetime, reason: str = "") -> Course:
    course = managed(course, by=by)
    if course.status == status:
        return course
    before = course.status
    course.transition_to(status)
    course.suspended_reason = reason
    course.retired_at = at if status == Course.Status.RETIRED else None
    course.save(update_fields=["status", "suspended_reason", "retired_at"])
    _note(course, before, by=by, at=at, reason=reason)
    return course


def _note(course: Course, before: str, *, by: User, at: datetime, reason: str = "") -> None:
    """Admins' acts are logged; a creator's own are their own business."""
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
