"""Send a message."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import File, User
from accounts.notifications.notify import notify
from community.conversations.live import publish_message
from community.conversations.notifications import MESSAGE
from community.conversations.rules import (
    require_fair_to_strangers,
    require_may_write,
    require_reachable,
    require_room_for_message,
)
from community.conversations.words import SUPPORT, beginning_of
from community.models import Conversation, Message, Participant
from community.models.conversation import LONGEST_MESSAGE
from community.text import checked_text, require_few_links
from peerloop.kit.refusals import Conflict
from peerloop.kit.rows import locked


class KeyTaken(Conflict):
    """The key was used for another message."""

    code = "key_taken"
    message = "This message was sent already, in another conversation."


@transaction.atomic
def send_message(
    *,
    conversation: Conversation,
    content: str,
    by: User,
    at: datetime,
    file: File | None = None,
    sent_key: UUID | None = None,
) -> Message:
    """Add a message, raise the others' unread counts, and notify them after commit (rules 19).

    ``content``: 1 to 5,000 characters, or empty with a ``file`` of the sender's. Repeating it with
    the same ``sent_key`` returns the first message and changes nothing. Raises Invalid or Repeated
    naming ``content``, Unverified, PostingBanned, Departed, Blocked, BlockStands, TooMany,
    KeyTaken.
    """
    text = checked_text(content, most=LONGEST_MESSAGE, may_be_empty=file is not None)
    locked(User.objects.filter(pk=by.pk)).values_list("pk").get()
    sent = sent_key and Message.objects.filter(sender=by, sent_key=sent_key).first()
    if sent:
        if sent.conversation_id != conversation.pk:
            raise KeyTaken
        return sent
    others = _others(conversation, by)
    _judge(conversation, others, text, by=by, at=at)
    conversation = locked(Conversation.objects.all()).get(pk=conversation.pk)
    message = Message.objects.create(
        conversation=conversation,
        sender=by,
        number=conversation.last_number + 1,
        content=text,
        file=file,
        sent_key=sent_key,
        created_at=at,
        updated_at=at,
    )
    _count(conversation, message, at)
    # First, so that open pages show the message before they count it.
    publish_message(conversation.pk, [by.pk, *(other.pk for other in others)])
    _notify(conversation, message, others, at)
    return message


def _others(conversation: Conversation, by: User) -> list[User]:
    rows = Participant.objects.present().filter(conversation=conversation).exclude(user=by)
    return [row.user for row in rows.select_related("user").order_by("user_id")]


def _judge(
    conversation: Conversation, others: list[User], text: str, *, by: User, at: datetime
) -> None:
    require_may_write(by, to_support=conversation.is_support, at=at)
    if conversation.kind == Conversation.Kind.DIRECT:
        for other in others:
            require_reachable(by, other)
    require_room_for_message(by, at=at)
    if not conversation.is_support:
        require_few_links(text, by=by, at=at)
        require_fair_to_strangers(text, conversation, others, by=by, at=at)


def _count(conversation: Conversation, message: Message, at: datetime) -> None:
    """Who writes has read what stands above; for everybody else it is one more."""
    people = Participant.objects.filter(conversation=conversation)
    people.exclude(user=message.sender_id).update(
        last_message_at=at, unread_count=F("unread_count") + 1, updated_at=at
    )
    people.filter(user=message.sender_id).update(
        last_message_at=at,
        unread_count=0,
        last_read_number=message.number,
        last_read_at=at,
        updated_at=at,
    )
    conversation.last_number = message.number
    if conversation.is_support:
        is_asking = message.sender_id == conversation.created_by_id
        conversation.waits_since = (conversation.waits_since or at) if is_asking else None
    conversation.save(update_fields=["last_number", "waits_since"])


def _notify(conversation: Conversation, message: Message, others: list[User], at: datetime) -> None:
    from_support = conversation.is_support and message.sender_id != conversation.created_by_id
    notify(
        MESSAGE,
        people=others,
        key=message.pk,
        to=[conversation.pk],
        bundle_key=bundle_key(conversation.pk),
        name=f"{message.sender.name}, {SUPPORT}" if from_support else message.sender.name,
        text=beginning_of(message),
        count=1,
        at=at,
    )


def bundle_key(conversation_id: UUID) -> str:
    """What gathers the notifications of one conversation."""
    return f"conversation:{conversation_id.hex}"
