"""What the endpoints of requests for courses read and answer."""

from typing import Any

from rest_framework import serializers

from catalog.inquiries.serializers import AboutCourse
from catalog.models import ContentRequestStatus
from catalog.models.content_request import LONGEST_REASON, LONGEST_TITLE
from peerloop.kit.inputs import Choice, Input, Text
from peerloop.kit.paging import PageQuery

Shape = serializers.Serializer[Any]
WANTED = "wanted"


class ContentRequestQuery(PageQuery):
    """Query of the list of requests."""

    show = Choice(
        [WANTED, ContentRequestStatus.PUBLISHED, ContentRequestStatus.DECLINED],
        required=False,
        help_text="`wanted`: open and planned ones, most votes first, as without it; "
        "`published` or `declined`: the latest decided first.",
    )


class ContentRequestInput(Input):
    """A course that the caller misses."""

    title = Text(max_length=LONGEST_TITLE, help_text="8 characters at least.")
    reason = Text(
        max_length=LONGEST_REASON + 1_000,
        help_text="20 to 1,000 characters. Everybody reads it, without the caller's name.",
    )


class ContentRequestAnswer(Shape):
    """A course that members miss. Who asked for it is not said."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.ChoiceField(ContentRequestStatus.choices)
    vote_count = serializers.IntegerField()
    is_voted = serializers.BooleanField(help_text="Whether the caller's vote is among them.")
    course = AboutCourse(allow_null=True, help_text="The course that there is now.")
    answer = serializers.CharField(help_text="What admins say to it.")
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ContentRequestList(Shape):
    """A page of requests."""

    requests = ContentRequestAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
