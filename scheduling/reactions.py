"""What scheduling does when something happened; bound in ``peerloop/wiring.py``."""

from peerloop.kit.tasks import hint
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
