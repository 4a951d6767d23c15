"""What the endpoints of questions to creators read and answer."""

from typing import Any

from rest_framework import serializers

from catalog.models import Inquiry, InquiryStatus, Side
from catalog.models.inquiry import LONGEST_NAME, LONGEST_TEXT
from peerloop.kit.inputs import Choice, Input, Text
from peerloop.kit.paging import PageQuery

Shape = serializers.Serializer[Any]
RECEIVED, ASKED = "received", "asked"
# Of a text as it is typed; what is counted is the text without the spaces around it.
MOST_TYPED = LONGEST_TEXT + 1_000


class InquiryQuery(PageQuery):
    """Query of a list of questions."""

    side = Choice(
        [RECEIVED, ASKED],
        required=False,
        help_text="`received` by the caller as a creator, as without it, or `asked` by them.",
    )
    show = Choice(
        ["waiting", "done"],
        required=False,
        help_text="Of received ones: `waiting`, the oldest first, as without it; or all others.",
    )


class InquiryInput(Input):
    """A question to the creator of a course."""

    text = Text(max_length=MOST_TYPED, help_text="20 to 2,000 characters.")
    name = Text(
        required=False,
        max_length=LONGEST_NAME,
        help_text="Of a caller without a token, who needs it; else it counts for nothing.",
    )
    email = Text(required=False, max_length=254, help_text="Where the answer goes; as `name`.")


class InquiryMessageInput(Input):
    """A text that goes on with a question."""

    text = Text(max_length=MOST_TYPED, help_text="1 to 2,000 characters.")


class InquiryStatusInput(Input):
    """What becomes of a question."""

    status = Choice([InquiryStatus.CLOSED, InquiryStatus.SPAM, InquiryStatus.OPEN])


class AboutCourse(Shape):
    """The course that a question is about."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class InquiryRow(Shape):
    """A question in a list."""

    id = serializers.UUIDField()
    course = AboutCourse(allow_null=True)
    asker = serializers.CharField(help_text="The name of who asked.")
    creator = serializers.CharField(source="creator.name", help_text="The name of who answers.")
    status = serializers.ChoiceField(InquiryStatus.choices)
    text = serializers.CharField(help_text="What was asked last.")
    created_at = serializers.DateTimeField()
    latest_at = serializers.DateTimeField(help_text="When somebody wrote last.")


class InquiryList(Shape):
    """A page of questions."""

    inquiries = InquiryRow(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class InquiryMessageAnswer(Shape):
    """One text of a question."""

    side = serializers.ChoiceField(Side.choices)
    body = serializers.CharField()
    created_at = serializers.DateTimeField()


class InquiryAnswer(Shape):
    """A question with everything that was written."""

    id = serializers.UUIDField()
    course = AboutCourse(allow_null=True)
    asker = serializers.CharField()
    creator = serializers.CharField(source="creator.name")
    status = serializers.ChoiceField(InquiryStatus.choices)
    created_at = serializers.DateTimeField()
    latest_at = serializers.DateTimeField()
    messages = InquiryMessageAnswer(many=True, source="said")


class InquiryAsked(Shape):
    """A question that is on its way; a visitor learns no more of it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(InquiryStatus.choices)


def with_messages(inquiry: Inquiry) -> dict[str, Any]:
    """The question as ``InquiryAnswer`` reads it. One statement."""
    said = list(inquiry.messages.order_by("created_at", "pk"))
    row = {name: getattr(inquiry, name) for name in ("id", "course", "asker", "creator", "status")}
    times = {name: getattr(inquiry, name) for name in ("created_at", "latest_at")}
    return {**row, **times, "said": said}
