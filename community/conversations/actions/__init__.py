"""Use cases of conversations."""

from community.conversations.actions.opening import open_conversation, open_support
from community.conversations.actions.reading import mark_conversation_read
from community.conversations.actions.sending import send_message

__all__ = ["mark_conversation_read", "open_conversation", "open_support", "send_message"]
