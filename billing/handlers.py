"""What billing does about events of the apps below it."""

from billing.actions.escrow import deliver_part
from scheduling.events import SessionCompleted


def earn_part(event: SessionCompleted) -> None:
    """A held session delivers the next part of what was paid (rule ESC-1)."""
    deliver_part(session_id=event.session_id, at=event.ended_at)
