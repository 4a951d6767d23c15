"""Event handlers of the learning app."""

from catalog.events import CoursePublished, CourseTransferred
from catalog.inquiries.actions import note_enrolled
from catalog.models import Course
from learning.actions import certify_creator
from learning.events import EnrollmentOpened
from learning.models import Enrollment
from peerloop.kit.refusals import Conflict


def certify_creator_on_publication(event: CoursePublished) -> None:
    """Let creators teach their course from its first publication (rule ROLE-6)."""
    course = Course.objects.select_related("creator").get(pk=event.course_id)
    certify_creator(course=course, at=event.at)


def certify_new_creator(event: CourseTransferred) -> None:
    """Let the new creator of a published course teach it (rule ROLE-6).

    Raises Conflict while they learn in it: nobody is the student of an own course (rule ENR-1).
    """
    learns = Enrollment.objects.active().filter(
        course=event.course_id, student=event.new_creator_id
    )
    if learns.exists():
        raise Conflict("The new creator is a student of this course. That has to end first.")
    if event.is_published:
        course = Course.objects.select_related("creator").get(pk=event.course_id)
        certify_creator(course=course, at=event.at)


def count_questions_that_led_here(event: EnrollmentOpened) -> None:
    """Count the student's questions to the creator as converted (rule CAT-11)."""
    note_enrolled(
        student_id=event.student_id,
        creator_id=event.creator_id,
        enrollment_id=event.enrollment_id,
        at=event.at,
    )
