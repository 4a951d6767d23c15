"""The lock that every change of a course begins with."""

from accounts.models import User
from catalog.access import may_manage
from catalog.models import Course
from peerloop.kit.refusals import Missing


def managed(course: Course, *, by: User) -> Course:
    """The course's row as it is now, locked, for somebody who may change it; raises Missing.

    Two who change one course at the same time go one after the other: orders stay without gaps,
    and what publishing asks for can't vanish meanwhile.
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
