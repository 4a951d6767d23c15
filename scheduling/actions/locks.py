"""Row locks, always taken in this order: enrollment, session, members by id."""

from uuid import UUID

from learning.actions.locks import WITHOUT_SEARCH
from learning.models import Enrollment
from peerloop.kit.statements import prepared_cursor
from scheduling.models import Session

PEOPLE = ("course", "course__creator", "teacher", "student", "enrollment", "module")
ENROLLMENT = "SELECT id FROM enrollments WHERE id = %s FOR NO KEY UPDATE"
# By id: without one order concurrent bookings deadlock.
MEMBERS = "SELECT id FROM users WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
VISITOR = "SELECT pg_advisory_xact_lock(%s)"


def lock_session(session_id: UUID) -> Session:
    """The session, locked for the rest of the transaction, with its people and course."""
    rows = Session.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related(*PEOPLE).defer(WITHOUT_SEARCH).get(pk=session_id)


def lock_session_and_enrollment(session_id: UUID) -> Session:
    """The session with its enrollment, both locked, the enrollment first."""
    enrollment_id = Session.objects.values_list("enrollment_id", flat=True).get(pk=session_id)
    enrollment = None
    if enrollment_id is not None:
        rows = Enrollment.objects.select_for_update(no_key=True, of=("self",))
        enrollment = (
            rows.select_related("student", "course").defer(WITHOUT_SEARCH).get(pk=enrollment_id)
        )
    session = lock_session(session_id)
    session.enrollment = enrollment
    return session


def lock_enrollment_row(enrollment: Enrollment) -> None:
    """Lock an enrollment for the rest of the transaction; the instance stays as it was read."""
    with prepared_cursor() as cursor:
        cursor.execute(ENROLLMENT, [enrollment.pk])


def lock_visitor(key: UUID) -> None:
    """Line up what several tabs of a browser ask at once; to be taken before any other lock."""
    with prepared_cursor() as cursor:
        cursor.execute(VISITOR, [int.from_bytes(key.bytes[:8], signed=True)])


def lock_members(*members: UUID) -> None:
    """Lock members for the rest of the transaction; their rows are not read."""
    with prepared_cursor() as cursor:
        cursor.execute(MEMBERS, [list(set(members))])
