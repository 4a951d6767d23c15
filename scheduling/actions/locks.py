"""Locks of scheduling, taken in one order: enrollment, session, members (docs: the data model)."""

from uuid import UUID

from django.db import connection

from learning.models import Enrollment
from scheduling.models import Session

# Every word of a course, for searching: as long as all the rest of the row.
UNREAD = "course__search"
PEOPLE = ("course", "course__creator", "teacher", "student", "enrollment", "module")
ENROLLMENT = "SELECT id FROM enrollments WHERE id = %s FOR NO KEY UPDATE"
# In order of their ids: without it racing bookings die of deadlocks.
MEMBERS = "SELECT id FROM users WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"


def lock_session(session_id: UUID) -> Session:
    """The session's row, locked for the rest of the transaction."""
    rows = Session.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related(*PEOPLE).defer(UNREAD).get(pk=session_id)


def lock_session_and_enrollment(session_id: UUID) -> Session:
    """Both rows locked, the enrollment first; its instance hangs on the session."""
    enrollment_id = Session.objects.values_list("enrollment_id", flat=True).get(pk=session_id)
    enrollment = None
    if enrollment_id is not None:
        rows = Enrollment.objects.select_for_update(no_key=True, of=("self",))
        enrollment = rows.select_related("student", "course").defer(UNREAD).get(pk=enrollment_id)
    session = lock_session(session_id)
    session.enrollment = enrollment
    return session


def lock_enrollment_row(enrollment: Enrollment) -> None:
    """Lock an enrollment for the rest of the transaction; the instance stays as it was read."""
    with connection.cursor() as cursor:
        cursor.execute(ENROLLMENT, [enrollment.pk])


def lock_members(*members: UUID) -> None:
    """Lock members for the rest of the transaction; their rows are not read."""
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [list(set(members))])
