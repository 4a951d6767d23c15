"""What the endpoints of conversations read and answer."""

from typing import Any

from rest_framework import serializers

from accounts.members.serializers import PersonAnswer
from community.models import Conversation
from community.models.conversation import LONGEST_MESSAGE
from peerloop.kit.inputs import Id, Input, Listed, Text, Whole
from peerloop.kit.paging import PageQuery

HIGHEST = 2_147_483_647
Shape = serializers.Serializer[Any]


class ConversationInput(Input):
    """With whom: one member, or a group of one course."""

    participant_ids = Listed(child=Id(), allow_empty=False, max_length=50)


class MessageInput(Input):
    """A message."""

    content = Text(max_length=LONGEST_MESSAGE)
    client_id = Id(
        required=False,
        default=None,
        allow_null=True,
        help_text="Chosen by the sender; the same one sent again is the same message.",
    )


class ReadInput(Input):
    """How far the caller has read."""

    number = Whole(min_value=1, max_value=HIGHEST)


class MessageQuery(PageQuery):
    """Which messages."""

    cursor = Whole(
        required=False,
        min_value=1,
        max_value=HIGHEST,
        help_text="`next_cursor` of an answer: the messages before those of that answer.",
    )
    after = Whole(
        required=False,
        min_value=0,
        max_value=HIGHEST,
        help_text="Only messages with a higher number, oldest first: what came since.",
    )


class CourseOfGroup(Shape):
    """The course of a group."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class AttachmentAnswer(Shape):
    """The file of a message; its link is on the message's page."""

    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")


class MessageAnswer(Shape):
    """A message. A hidden one was taken out by a moderator."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Counts from 1 in its conversation, without gaps.")
    sender = PersonAnswer()
    content = serializers.CharField(source="visible_text", help_text="Empty while hidden.")
    is_hidden = serializers.BooleanField()
    file = AttachmentAnswer(source="visible_file", allow_null=True)
    created_at = serializers.DateTimeField()


class SentAnswer(MessageAnswer):
    """The message that was sent."""

    conversation_id = serializers.UUIDField()


class ConversationAnswer(Shape):
    """A conversation as one of its people sees it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Conversation.Kind.choices, source="conversation.kind")
    course = CourseOfGroup(source="conversation.course", allow_null=True)
    participants = PersonAnswer(many=True, source="people", help_text="The others.")
    last_message = MessageAnswer(allow_null=True)
    unread_count = serializers.IntegerField()
    updated_at = serializers.DateTimeField(source="last_active_at")


class ConversationList(Shape):
    """A page of conversations."""

    conversations = ConversationAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class MessageList(Shape):
    """Messages of a conversation."""

    messages = MessageAnswer(many=True)
    total = serializers.IntegerField(help_text="Of the whole conversation.")
    page = serializers.IntegerField()
    next_cursor = serializers.IntegerField(allow_null=True)
