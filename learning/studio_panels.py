"""Homework, quizzes and resources on the pages of the studio, with the way to each."""

from dataclasses import dataclass

from catalog.models import Course, CourseModule
from catalog.studio.panels import Asked, Panel, Place
from learning.models import HomeworkAssignment, Quiz, Resource


@dataclass(frozen=True, slots=True)
class HomeworkPanel:
    """The homework that is set for a module, or for a course with all its modules."""

    course: Course
    assignments: list[HomeworkAssignment]


def homework_of_place(asked: Asked) -> HomeworkPanel:
    """One query."""
    rows = HomeworkAssignment.objects.live().filter(course=asked.course)
    if asked.module is not None:
        rows = rows.filter(module=asked.module)
    return HomeworkPanel(asked.course, list(rows.select_related("module").order_by("position")))


@dataclass(frozen=True, slots=True)
class WorkPanel:
    """The resources of a place, and the quiz of a module if it has one."""

    course: Course
    module: CourseModule | None
    quiz: Quiz | None
    resources: list[Resource]


def work_of_place(asked: Asked) -> WorkPanel:
    """Two queries for a module, one for a course."""
    rows = Resource.objects.filter(course=asked.course)
    if asked.module is None:
        return WorkPanel(asked.course, None, None, list(rows))
    quiz = Quiz.objects.filter(module=asked.module, is_active=True).first()
    return WorkPanel(asked.course, asked.module, quiz, list(rows.filter(module=asked.module)))


PANELS = [
    Panel(f"homework-{place}", place, 30, "learning/_studio_homework.html", homework_of_place)
    for place in (Place.MODULE, Place.OUTLINE)
] + [
    Panel(f"work-{place}", place, 40, "learning/_studio_work.html", work_of_place)
    for place in (Place.MODULE, Place.OUTLINE)
]
