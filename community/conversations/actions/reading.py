"""Mark a conversation as read."""

from datetime import datetime

from django.db import transaction

from accounts.notifications.actions import mark_bundle_read
from community.conversations.actions.sending import bundle_key
from community.models import Conversation, Message, Participant
from peerloop.kit.rows import locked


@transaction.atomic
def mark_conversation_read(*, participant: Participant, up_to: int, at: datetime) -> None:
    """Mark the messages up to this number as read, and their notification with them.

    Never goes back; a number past the newest message is that of the newest. Safe to repeat.
    """
    # A message that is being sent raises the count under the same lock.
    conversation = locked(Conversation.objects.all()).get(pk=participant.conversation_id)
    number = min(up_to, conversation.last_number)
    rest = Message.objects.filter(conversation=conversation, number__gt=number)
    changed = Participant.objects.filter(pk=participant.pk, last_read_number__lt=number).update(
        last_read_number=number,
        last_read_at=at,
        unread_count=rest.exclude(sender=participant.user_id).count(),
        updated_at=at,
    )
    if changed and number == conversation.last_number:
        mark_bundle_read(user_id=participant.user_id, bundle_key=bundle_key(conversation.pk), at=at)
