"""A creator sets homework for a course or one of its modules, edits and removes it (HW-1)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from catalog.actions.locks import lock_managed_course
from catalog.models import Course, CourseModule
from learning.models import HomeworkAssignment
from learning.models.homework import LONGEST_TEXT, LONGEST_TITLE, MOST_DAYS, MOST_POINTS
from peerloop.kit.refusals import FieldErrors, Invalid, LimitReached
from peerloop.kit.tasks import enqueue
from peerloop.kit.text import clean, one_line

MOST_ASSIGNMENTS = 100
FIELDS = ("title", "instructions", "module_id", "is_required", "due_days", "max_points")
LONGEST = {"title": LONGEST_TITLE, "instructions": LONGEST_TEXT}
MOST = {"due_days": MOST_DAYS, "max_points": MOST_POINTS}


class TooMuchHomework(LimitReached):
    """The course has as much homework as it may have."""

    code = "too_much_homework"
    message = f"A course has at most {MOST_ASSIGNMENTS} pieces of homework. Delete one first."


@transaction.atomic
def set_homework(*, course: Course, by: User, at: datetime, **fields: Any) -> HomeworkAssignment:
    """Add homework at the end of the course's list; enrolled students have it from now on.

    ``fields``: title, instructions, and optionally module_id, is_required, due_days, max_points.
    Raises Missing unless ``by`` manages the course, Invalid naming the field, TooMuchHomework. Not
    safe to repeat: each call adds one.
    """
    course = lock_managed_course(course, by=by)
    rows = HomeworkAssignment.objects.filter(course=course)
    if rows.live().count() >= MOST_ASSIGNMENTS:
        raise TooMuchHomework
    last = rows.aggregate(last=Max("position"))["last"] or 0
    assignment = HomeworkAssignment(
        course=course, author=by, position=last + 1, created_at=at, updated_at=at
    )
    _fill(assignment, {"title": "", "instructions": "", **fields})
    assignment.save(force_insert=True)
    return assignment


@transaction.atomic
def edit_homework(
    *, assignment: HomeworkAssignment, by: User, at: datetime, **fields: Any
) -> HomeworkAssignment:
    """Change homework; what was handed in keeps its points and whether it was late.

    Raises as ``set_homework``, and Invalid for fewer points than were given already. Enrollments
    that lack nothing any more are completed afterwards by a task. Safe to repeat.
    """
    lock_managed_course(assignment.course, by=by)
    assignment = HomeworkAssignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    _fill(assignment, fields)
    _refuse_fewer_points_than_given(assignment)
    assignment.save(update_fields=[*fields])
    enqueue("learning.complete_ready", course_id=str(assignment.course_id))
    return assignment


@transaction.atomic
def remove_homework(*, assignment: HomeworkAssignment, by: User, at: datetime) -> None:
    """Hide homework from everybody; what was handed in is kept (HW-1). Safe to repeat.

    Enrollments that lack nothing any more are completed afterwards by a task.
    """
    lock_managed_course(assignment.course, by=by)
    HomeworkAssignment.objects.filter(pk=assignment.pk, is_active=True).update(
        is_active=False, updated_at=at
    )
    enqueue("learning.complete_ready", course_id=str(assignment.course_id))


def _fill(assignment: HomeworkAssignment, fields: dict[str, Any]) -> None:
    errors = FieldErrors()
    for name, value in fields.items():
        with errors.part():
            setattr(assignment, name, _checked(assignment, name, value))
    errors.settle()


def _checked(assignment: HomeworkAssignment, name: str, value: Any) -> Any:
    if name in LONGEST:
        return _text(name, value)
    if name in MOST:
        if value is not None and not 1 <= value <= MOST[name]:
            raise Invalid.field(name, f"Give a whole number from 1 to {MOST[name]}, or nothing.")
        return value
    if name == "module_id":
        return _module(assignment.course_id, value)
    if name != "is_required":
        raise Invalid.field(name, "This can't be changed here.")
    return bool(value)


def _text(name: str, value: str) -> str:
    text = one_line(value) if name == "title" else clean(value)
    if not text:
        what = "Give it a title." if name == "title" else "Say what is to be done."
        raise Invalid.field(name, what)
    if len(text) > LONGEST[name]:
        raise Invalid.field(name, f"Use at most {LONGEST[name]:,} characters.")
    return text


def _module(course_id: UUID, module_id: UUID | None) -> UUID | None:
    if module_id is None:
        return None
    modules = CourseModule.objects.filter(course=course_id, archived_at=None)
    if not modules.filter(pk=module_id).exists():
        raise Invalid.field("module_id", "Choose a module of this course.")
    return module_id


def _refuse_fewer_points_than_given(assignment: HomeworkAssignment) -> None:
    given = assignment.submissions.aggregate(most=Max("points"))["most"]
    if given is not None and (assignment.max_points or 0) < given:
        raise Invalid.field(
            "max_points", f"Somebody got {given} points already, so it can't be less."
        )
