"""What billing does about events of the apps below it."""

from accounts.events import MemberLeft
from accounts.models import User
from billing.actions.escrow import deliver_part
from billing.actions.payers import forget_payers
from scheduling.events import SessionCompleted


def earn_part(event: SessionCompleted) -> None:
    """A held session delivers the next part of what was paid (rule ESC-1)."""
    deliver_part(session_id=event.session_id, at=event.ended_at)


def forget_payers_of_departed(event: MemberLeft) -> None:
    """Who leaves is forgotten by the payment provider too."""
    forget_payers(user=User.objects.get(pk=event.user_id), at=event.at)
