"""What scheduling does when something happened; bound in ``peerloop/wiring.py``."""

from accounts.models import User
from learning.events import TeacherLeft
from learning.models import Enrollment
from peerloop.kit.tasks import hint
from scheduling.actions.cancelling import cancel_future_sessions
from scheduling.actions.locks import lock_session_and_enrollment
from scheduling.actions.modules import fill_waiting_modules
from scheduling.events import SessionCancelled, SessionMoved
from scheduling.tasks_room import close_room


def shut_cancelled_room(fact: SessionCancelled) -> None:
    """After commit: who is inside is sent out."""
    if fact.was_running:
        hint(close_room, session_id=str(fact.session_id))


def move_modules_up(fact: SessionCancelled | SessionMoved) -> None:
    """In the same transaction: completed sessions that waited for this one get their module."""
    session = lock_session_and_enrollment(fact.session_id)
    if session.enrollment is not None:
        fill_waiting_modules(enrollment=session.enrollment, at=fact.at)


def cancel_what_was_booked(fact: TeacherLeft) -> None:
    """In the same transaction: without their teacher sessions ahead have no ground (TEACH-5)."""
    cancel_future_sessions(
        enrollment=Enrollment.objects.get(pk=fact.enrollment_id),
        by=User.objects.get(pk=fact.by_id),
        reason=fact.reason or "The teacher no longer teaches this course.",
        at=fact.at,
    )
