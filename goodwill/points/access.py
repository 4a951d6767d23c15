"""From an id to what a member may thank for, or a refusal."""

from typing import Any
from uuid import UUID

from accounts.models import User
from community.feeds.access import visible_post
from community.models import Conversation, Message, Participant, Post
from community.models.conversation import direct_key
from peerloop.kit.refusals import Invalid

NO_ANSWER = "Name a message in which this person answered you."


def answer_to(by: User, to: User, message_id: UUID | None) -> Post | Message:
    """What ``to`` answered ``by``: a reply in a thread that ``by`` began, or a message.

    Without an id it is the newest message in the conversation of the two. Raises Missing for an
    answer that ``by`` doesn't read, Invalid naming ``message_id`` for one of somebody else, or
    where ``by`` asked nothing before.
    """
    if message_id is None:
        message = _newest(by, to)
        if message is None:
            raise Invalid.field("message_id", NO_ANSWER)
        return message
    message = _messages(by).filter(pk=message_id).first()
    if message is not None:
        if message.sender_id != to.pk or not _asked_before(message, by):
            raise Invalid.field("message_id", NO_ANSWER)
        return message
    post = visible_post(by, message_id)
    if post.author_id != to.pk or post.root is None or post.root.author_id != by.pk:
        raise Invalid.field("message_id", NO_ANSWER)
    return post


def _messages(by: User) -> Any:
    seats = Participant.objects.present().filter(user=by)
    rows = Message.objects.filter(
        conversation__in=seats.values("conversation_id"), hidden_at=None
    ).exclude(conversation__kind=Conversation.Kind.SUPPORT)
    return rows.select_related("sender", "conversation__course")


def _newest(by: User, to: User) -> Message | None:
    rows = _messages(by).filter(conversation__direct_key=direct_key(by.pk, to.pk), sender=to)
    message: Message | None = rows.order_by("-number").first()
    return message if message is not None and _asked_before(message, by) else None


def _asked_before(message: Message, by: User) -> bool:
    return Message.objects.filter(
        conversation=message.conversation_id, sender=by, number__lt=message.number
    ).exists()
