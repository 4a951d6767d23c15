"""Messages as content that can be reported (rules MOD-1, MSG-5)."""

from typing import Any
from uuid import UUID

from accounts.models import User
from community.conversations.access import seat_of
from community.conversations.actions.keeping_order import hide_message, restore_message
from community.models import Message
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Missing
from peerloop.kit.reportable import Content, Line, Reportable

# Messages around the reported one that moderators read too (rule MSG-5).
AROUND, BEFORE = 5, 3
FILE_ALONE = "(a file without words)"


def reach(user: User, message_id: Any) -> Content:
    """A message of a conversation in which the member has a part, with five around it.

    Raises Missing.
    """
    message = _message(hidden_at=None, pk=identifier(message_id))
    seat_of(user, message.conversation_id)
    return _content(message, around(message))


def find(message_id: UUID) -> Content:
    """The message alone: moderators read what stood around it in the report's snapshot only."""
    message = _message(pk=message_id)
    return _content(message, [message])


def around(message: Message) -> list[Message]:
    """The message with the five nearest to it: three before, and what came after."""
    rows = Message.objects.filter(conversation=message.conversation_id).select_related("sender")
    before = list(rows.filter(number__lt=message.number).order_by("-number")[:AROUND])[::-1]
    after = list(rows.filter(number__gt=message.number).order_by("number")[:AROUND])
    kept = max(BEFORE, AROUND - len(after))
    shown = before[-kept:]
    return [*shown, message, *after[: AROUND - len(shown)]]


def _message(**named: Any) -> Message:
    rows = Message.objects.select_related("sender", "file", "conversation__course")
    message = rows.filter(**named).first()
    if message is None:
        raise Missing
    return message


def _content(message: Message, shown: list[Message]) -> Content:
    return Content(
        kind="message",
        id=message.pk,
        author=message.sender,
        place="Private conversation",
        lines=tuple(
            Line(
                one.sender_id,
                one.sender.name,
                one.content or FILE_ALONE,
                one.created_at,
                is_meant=one.pk == message.pk,
            )
            for one in shown
        ),
        stands=not message.is_hidden,
    )


REPORTABLE = (
    Reportable(
        kind="message",
        noun="message",
        reach=reach,
        find=find,
        hide=hide_message,
        remove=hide_message,
        restore=restore_message,
    ),
)
