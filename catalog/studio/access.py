"""Who may open the studio, and which course."""

from typing import Any
from uuid import UUID

from accounts.models import User
from catalog.access import may_manage
from catalog.models import Course, CourseModule
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Forbidden, Missing


class NotACreator(Forbidden):
    """Only approved creators begin a course (rule ROLE-4)."""

    code = "not_a_creator"
    message = "Courses are made by approved creators. You can apply to become one."
    way_in = ("Apply as a creator", "apply-to-create")


def require_creator(user: User) -> None:
    """Raises NotACreator."""
    if not user.is_creator:
        raise NotACreator


def studio_course(user: User, course_id: UUID | str) -> Course:
    """A course that the member may change: their own, or any for an admin; raises Missing."""
    rows = Course.objects.select_related("creator", "category").defer("search")
    course = rows.filter(pk=identifier(course_id), deleted_at=None).first()
    if course is None or not may_manage(user, course):
        raise Missing
    return course


def studio_module(course: Course, module_id: Any) -> CourseModule:
    """A module of that course, also an archived one; raises Missing."""
    module = course.modules.filter(pk=identifier(module_id)).first()
    if module is None:
        raise Missing
    module.course = course
    return module
