"""Who may call for help, see a call, answer it and thank for it (rules SUM-1 to SUM-4)."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Block, User
from catalog.access import any_course
from catalog.models import Course, CourseModule
from goodwill.models import HelpSummons, HelpSwitch
from goodwill.summons.refusals import NotCertified, NotEnrolled, SwitchedOff
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Forbidden, Invalid, Missing


def enrollment_in(user: User, course_id: Any) -> Enrollment:
    """The member's enrollment that opens the course; raises Missing for no course, NotEnrolled."""
    course = any_course(course_id)
    found = Enrollment.objects.with_content().filter(student=user, course=course)
    enrollment = found.select_related("course").order_by("-created_at").first()
    if enrollment is not None:
        return enrollment
    if not course.is_listed:
        raise Missing
    raise NotEnrolled


def modules_of(course: Course) -> QuerySet[CourseModule]:
    """The modules that a call may be about, in their order."""
    return course.modules.filter(archived_at=None).order_by("module_order")


def module_of(enrollment: Enrollment, module_id: Any) -> CourseModule | None:
    """The module of the course that the call is about; raises Invalid naming ``module_id``."""
    if module_id in (None, ""):
        return None
    rows = modules_of(enrollment.course)
    try:
        found = rows.filter(pk=identifier(module_id)).first()
    except Missing:
        found = None
    if found is None:
        raise Invalid.field("module_id", "This course has no such module.")
    return found


def courses_helped(user: User) -> QuerySet[Course]:
    """Courses in which the member may help: those they teach, and their own (SUM-2, SUM-4)."""
    taught = StudentTeacher.objects.certified().filter(user=user, course=OuterRef("pk"))
    return Course.objects.filter(Q(Exists(taught)) | Q(creator=user))


def helps_in(user: User, course_id: UUID) -> bool:
    """Whether the member may help in this course."""
    return courses_helped(user).filter(pk=course_id).exists()


def is_helper(user: User) -> bool:
    """Whether the member may help in any course."""
    return courses_helped(user).exists()


def require_helper(user: User) -> None:
    """Raises NotCertified for who helps nowhere (rule SUM-4)."""
    if not is_helper(user):
        raise NotCertified


def require_switched_on(user: User) -> None:
    """Raises NotCertified, or SwitchedOff while the member's switch is off."""
    require_helper(user)
    if not HelpSwitch.objects.filter(user=user, is_available=True).exists():
        raise SwitchedOff


def apart(user: User, other: UUID) -> bool:
    """Whether one of the two blocked the other: they are never brought together."""
    both = Q(blocker=user, blocked=other) | Q(blocker=other, blocked=user)
    return Block.objects.filter(both).exists()


def summons_in_reach(user: User, summons_id: Any) -> HelpSummons:
    """A call that the member made, answered or might answer; raises Missing."""
    rows = HelpSummons.objects.select_related("student", "helper", "course", "module")
    found = rows.filter(pk=identifier(summons_id)).first()
    if found is None:
        raise Missing
    if user.pk in (found.student_id, found.helper_id):
        return found
    if not helps_in(user, found.course_id) or apart(user, found.student_id):
        raise Missing
    return found


def own_summons(user: User, summons_id: Any) -> HelpSummons:
    """A call that the member made; raises Forbidden for who may only answer it, else Missing."""
    found = summons_in_reach(user, summons_id)
    if found.student_id != user.pk:
        raise Forbidden("Only who called can do this.")
    return found


def answerable_summons(user: User, summons_id: Any) -> HelpSummons:
    """A call that the member may answer, whatever its state now.

    Raises Forbidden for who called, SwitchedOff, else Missing.
    """
    found = summons_in_reach(user, summons_id)
    if found.student_id == user.pk:
        raise Forbidden("You can't answer your own call.")
    require_switched_on(user)
    return found


def shared_summons(user: User, summons_id: Any) -> HelpSummons:
    """A call that was answered, for the two who meet by it; raises Missing."""
    found = summons_in_reach(user, summons_id)
    if found.helper_id is None or user.pk not in (found.student_id, found.helper_id):
        raise Missing
    return found
