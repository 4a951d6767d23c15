"""Homework on the pages of the studio: what a course or a module has, with the way to it."""

from dataclasses import dataclass

from catalog.models import Course
from catalog.studio.panels import Asked, Panel, Place
from learning.models import HomeworkAssignment


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


PANELS = [
    Panel(f"homework-{place}", place, 30, "learning/_studio_homework.html", homework_of_place)
    for place in (Place.MODULE, Place.OUTLINE)
]
