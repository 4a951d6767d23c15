"""Counts of a course that higher floors keep true."""

from uuid import UUID

from django.db.models import F

from catalog.models import Course


def change_student_count(*, course_id: UUID, amount: int) -> None:
    """Add to ``student_count`` (rule CAT-10); call it in the transaction that enrolls or cancels.

    Not safe to repeat: the caller knows whether a student came or left. Below zero the database
    refuses.
    """
    Course.objects.filter(pk=course_id).update(student_count=F("student_count") + amount)
