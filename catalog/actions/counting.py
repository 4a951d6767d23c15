"""Counts of a course that apps above the catalog update."""

from uuid import UUID

from django.db.models import F

from catalog.models import Course


def change_student_count(*, course_id: UUID, amount: int) -> None:
    """Add ``amount`` to ``student_count`` (rule CAT-10). Not safe to repeat.

    Call it in the transaction that opens or cancels an enrollment. The database
    refuses a negative count.
    """
    Course.objects.filter(pk=course_id).update(student_count=F("student_count") + amount)
