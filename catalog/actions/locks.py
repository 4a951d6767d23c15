"""The row lock that every change of a course takes first."""

from accounts.models import User
from catalog.access import may_manage
from catalog.models import Course
from peerloop.kit.refusals import Missing


def lock_managed_course(course: Course, *, by: User) -> Course:
    """Lock the course and return its current row; raises Missing if ``by`` may not change it.

    The lock keeps module positions without gaps, and keeps the requirements of publishing met,
    under concurrent changes.
    """
    locked = (
        Course.objects.select_for_update(no_key=True, of=("self",))
        .select_related("creator", "category")
        .defer("search")
        .filter(pk=course.pk, deleted_at=None)
        .first()
    )
    if locked is None or not may_manage(by, locked):
        raise Missing
    return locked
