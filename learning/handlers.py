"""Event handlers of the learning app."""

from catalog.events import CoursePublished
from catalog.models import Course
from learning.actions import certify_creator


def certify_creator_on_publication(event: CoursePublished) -> None:
    """Let creators teach their course from its first publication (rule ROLE-6)."""
    course = Course.objects.select_related("creator").get(pk=event.course_id)
    certify_creator(course=course, at=event.at)
