"""Who may be in a room: at its page, and at its socket."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from scheduling.local_room import closes_at
from scheduling.models import AttendanceEvent, Session


def room_access(session_id: UUID, user_id: UUID, *, at: datetime) -> tuple[Session | None, str]:
    """The session, if this person's socket to its room may be open now; else a word why not.

    Checked when a socket opens and every few seconds: it closes when the session is cancelled, the
    member suspended or the time over (RTC-1).
    """
    session = Session.objects.select_related("teacher", "student").filter(pk=session_id).first()
    if session is None or user_id not in (session.teacher_id, session.student_id):
        return None, "refused"
    person = session.teacher if user_id == session.teacher_id else session.student
    if not person.may_sign_in:
        return None, "suspended"
    if session.status == Session.Status.CANCELLED:
        return None, "cancelled"
    if session.status != Session.Status.IN_PROGRESS:
        return None, "over"
    if at >= closes_at(session.scheduled_end):
        return None, "time"
    return session, ""


def may_reenter(session: Session, *, at: datetime) -> bool:
    """Whether someone who had joined may open the room's page again, after a reload."""
    return (
        session.status == Session.Status.IN_PROGRESS
        and session.provider == "local"
        and at < closes_at(session.scheduled_end)
    )


def has_joined(session: Session, user: User) -> bool:
    """Whether the person clicked on "join" in this session."""
    return session.attendance_events.filter(user=user, kind=AttendanceEvent.Kind.CLICK).exists()
