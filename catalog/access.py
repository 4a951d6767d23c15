"""Look up a course by slug or id and check that the member may use it (rule ROLE-11)."""

from typing import Any
from uuid import UUID

from accounts.models import User
from catalog.models import Course, CourseFollow
from peerloop.kit.refusals import Missing
from peerloop.kit.statements import Given, ModelRead


def listed_course(slug_or_id: Any) -> Course:
    """A listed course, by slug or id (rule CAT-4); raises Missing."""
    course = any_course(slug_or_id)
    if not course.is_listed:
        raise Missing
    return course


def own_course(user: User, slug_or_id: Any) -> Course:
    """A course that the member may change: their own, or any for an admin; raises Missing."""
    course = any_course(slug_or_id)
    if not may_manage(user, course):
        raise Missing
    return course


def followable_course(user: User, slug_or_id: Any) -> Course:
    """A listed course, or an unlisted one that the member follows; raises Missing."""
    course = any_course(slug_or_id)
    if not course.is_listed and not CourseFollow.objects.filter(user=user, course=course).exists():
        raise Missing
    return course


def may_manage(user: Any, course: Any) -> bool:
    """Whether the user is the creator of the course or an admin."""
    if not user.is_authenticated:
        return False
    creator_id = course.creator_id if isinstance(course, Course) else course.creator.id
    return bool(user.is_admin or creator_id == user.pk)


def any_course(slug_or_id: Any) -> Course:
    """A course in any status, by slug or id; raises Missing. The caller asks what is allowed."""
    try:
        found = BY_ID.first(course=UUID(str(slug_or_id)))
    except ValueError:
        found = BY_SLUG.first(course=str(slug_or_id))
    if found is None:
        raise Missing
    return found


def _found(**named: Any) -> ModelRead[Course]:
    # Every page of a course asks.
    return ModelRead(
        Course,
        lambda: Course.objects.filter(deleted_at=None, **named),
        related=("creator", "category"),
        without=("search",),
    )


BY_ID, BY_SLUG = _found(pk=Given("course")), _found(slug=Given("course"))
