"""Homework, a quiz and resources of one course, and what its student handed in."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from accounts.models import User
from catalog.models import Course
from learning.actions import set_homework, submit_homework
from learning.actions.quizzes import save_quiz
from learning.actions.resources import add_resource
from learning.models import Enrollment, HomeworkAssignment
from peerloop.kit.demo import World, read

BEGUN_AFTER = timedelta(days=2)


def plan_lessons(world: World) -> None:
    """Set with the course; one piece is required since today: who finished before is done."""
    found = read(__file__, "lessons")
    course = world.get(Course, found["course"])
    world.plan(course.created_at + BEGUN_AFTER, partial(_begin, course, found))
    world.plan(world.ago(0.2), partial(_require, course, found))
    world.plan(world.ago(2), partial(_hand_in, world, course, found))


def _begin(course: Course, found: dict[str, Any], at: datetime) -> None:
    modules = list(course.modules.order_by("module_order"))
    for row in found["homework"]:
        words = {name: value for name, value in row.items() if name != "module"}
        module_id = modules[row["module"] - 1].pk
        set_homework(course=course, by=course.creator, at=at, module_id=module_id, **words)
    for row in found["resources"]:
        add_resource(course=course, by=course.creator, at=at, **row)
    module = modules[0]
    module.course = course
    save_quiz(module=module, by=course.creator, at=at, revision=0, max_attempts=3, **found["quiz"])


def _require(course: Course, found: dict[str, Any], at: datetime) -> None:
    set_homework(course=course, by=course.creator, at=at, is_required=True, **found["required"])


def _hand_in(world: World, course: Course, found: dict[str, Any], at: datetime) -> None:
    """The student's first homework waits for the teacher."""
    rows = Enrollment.objects.select_related("student", "course__creator", "teacher")
    enrollment = rows.filter(student=world.get(User, "student"), course=course).first()
    if enrollment is None or not enrollment.opens_content:
        return
    submit_homework(
        assignment=HomeworkAssignment.objects.filter(course=course).order_by("position")[0],
        enrollment=enrollment,
        by=enrollment.student,
        at=at,
        content=found["handed_in"],
    )
