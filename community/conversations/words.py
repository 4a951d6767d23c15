"""How conversations and messages are named to one reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import User
from community.models import Conversation, Message
from community.text import beginning

SUPPORT = "PeerLoop support"
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as one reader sees it."""

    row: Message
    is_own: bool
    said_by: str


def shown_messages(
    rows: Iterable[Message], conversation: Conversation, *, viewer: User
) -> list[ShownMessage]:
    """The messages for one reader."""
    return [
        ShownMessage(row, row.sender_id == viewer.pk, said_by(row, conversation, viewer=viewer))
        for row in rows
    ]


def said_by(message: Message, conversation: Conversation, *, viewer: User) -> str:
    """The name that stands above a message."""
    if message.sender_id == viewer.pk:
        return "You"
    if conversation.is_support and message.sender_id != conversation.created_by_id:
        return f"{message.sender.name}, {SUPPORT}"
    return message.sender.name


def title_of(conversation: Conversation, people: Sequence[User], *, viewer: User) -> str:
    """What the conversation is called: by the other people in it."""
    if conversation.is_support and conversation.created_by_id == viewer.pk:
        return SUPPORT
    if not people:
        return "You alone"
    names = [person.name for person in people[:MOST_NAMES]]
    rest = len(people) - len(names)
    return ", ".join(names) + (f" and {rest} more" if rest else "")


def beginning_of(message: Message) -> str:
    """The first words of a message, in one line."""
    if message.is_hidden:
        return "A moderator took this message out."
    return beginning(message.content) or "Sent a file"
