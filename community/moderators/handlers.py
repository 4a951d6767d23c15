"""Event handlers of moderators; bound in ``peerloop/wiring.py``."""

from django.db.models import Q

from accounts.events import MemberLeft
from accounts.models import User
from community.models import CommunityModerator


def end_appointments_of_departed_member(event: MemberLeft) -> None:
    """End what the member held, and who was appointed by them: nobody leads those people now."""
    rows = CommunityModerator.objects.active().filter(
        Q(user=event.user_id) | Q(creator=event.user_id)
    )
    rows.update(
        is_active=False,
        revoked_by=User(pk=event.user_id),
        revoked_at=event.at,
        updated_at=event.at,
    )
