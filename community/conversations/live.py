"""Tells open pages that something was written: they ask for what came after what they show."""

from collections.abc import Iterable
from uuid import UUID

from accounts.notifications.live_count import publish_to_pages


def event_of(conversation_id: UUID) -> str:
    """The name of the server-sent event of a conversation."""
    return f"conversation-{conversation_id.hex}"


def publish_message(conversation_id: UUID, people: Iterable[UUID]) -> None:
    """After commit, let the open pages of these members ask for new messages."""
    publish_to_pages(people, event_of(conversation_id))
