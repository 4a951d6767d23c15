"""Two editors of one row notice each other: each change raises its revision."""

from django.db.models import F

from catalog.models import Course, CourseModule
from peerloop.kit.refusals import Conflict


class ChangedElsewhere(Conflict):
    """The row was changed since the editor read it; ``revision`` is the present one."""

    code = "changed_elsewhere"
    message = "This was changed in another tab, or by someone else, since you opened it."


def require_revision(row: Course | CourseModule, revision: int | None) -> None:
    """Raise ChangedElsewhere if the row has another revision; None asks for none.

    The caller has locked the course.
    """
    if revision is not None and revision != row.revision:
        raise ChangedElsewhere(revision=row.revision, changed_at=row.updated_at.isoformat())


def raise_revisions(course: Course) -> None:
    """Raise those of the course and all its modules, after a change that no action made."""
    Course.objects.filter(pk=course.pk).update(revision=F("revision") + 1)
    course.modules.update(revision=F("revision") + 1)
