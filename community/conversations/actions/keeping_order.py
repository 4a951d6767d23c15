"""Hide and restore messages, as moderators decide (rules MOD-2, MSG-5)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from community.models import Message
from peerloop.kit.rows import locked


@transaction.atomic
def hide_message(*, id: UUID, at: datetime) -> None:
    """Show nobody what a message says. Safe to repeat."""
    message = locked(Message.objects.all()).get(pk=id)
    if message.hidden_at is None:
        message.hidden_at = at
        message.save(update_fields=["hidden_at"])


@transaction.atomic
def restore_message(*, id: UUID, at: datetime) -> None:
    """Show a message again. Safe to repeat."""
    message = locked(Message.objects.all()).get(pk=id)
    if message.hidden_at is not None:
        message.hidden_at = None
        message.save(update_fields=["hidden_at"])
