"""What the learning app does on others' facts."""

from catalog.events import CoursePublished
from catalog.models import Course
from learning.actions import certify_creator


def let_creator_teach(event: CoursePublished) -> None:
    """A creator teaches the own course from its first publication (rule ROLE-6)."""
    course = Course.objects.select_related("creator").get(pk=event.course_id)
    certify_creator(course=course, at=event.at)
