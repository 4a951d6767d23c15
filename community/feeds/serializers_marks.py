"""What the endpoints of reposts, pins, companions and recent posters read and answer."""

from typing import Any

from rest_framework import serializers

from accounts.members.serializers import PersonAnswer
from community.models import FeedGroup
from peerloop.kit.inputs import Choice, Id, Input, Query, Text

Shape = serializers.Serializer[Any]
FEED_ID = "`course_<id>` or `instructor_<id>`."


class RepostInput(Input):
    """The feed to show the post in, named as for a new post; without one it is the post's own."""

    course_id = Id(required=False)
    feed_type = Choice(FeedGroup.choices, required=False)
    feed_id = Text(required=False, max_length=60, help_text=FEED_ID)


class CompanionInput(Input):
    """Either a post or a member."""

    post_id = Id(required=False)
    user_id = Id(required=False)


class PostersQuery(Query):
    """The feed, named as for a new post; without one it is the main feed."""

    course_id = Id(required=False)
    feed_type = Choice(FeedGroup.choices, required=False)
    feed_id = Text(required=False, max_length=60, help_text=FEED_ID)


class WordsAnswer(Shape):
    """A post or a reply in short."""

    id = serializers.UUIDField(source="pk")
    author = PersonAnswer()
    content = serializers.CharField(source="visible_text")
    created_at = serializers.DateTimeField()


class CompanionAnswer(Shape):
    """What the caller keeps in sight."""

    id = serializers.UUIDField(source="pin.pk")
    author = PersonAnswer(allow_null=True, help_text="Null where a post is kept.")
    post = WordsAnswer(
        allow_null=True, help_text="Null once it is gone or closed to you, or nothing was written."
    )
    latest_reply = WordsAnswer(source="reply", allow_null=True)
    created_at = serializers.DateTimeField(source="pin.created_at")


class CompanionsAnswer(Shape):
    """All that the caller keeps in sight, at most twenty, the newest first."""

    pins = CompanionAnswer(many=True)


class PosterAnswer(Shape):
    """One of the last authors of a feed."""

    user = PersonAnswer()
    last_posted_at = serializers.DateTimeField(source="last_at")
    posts_in_24_hours = serializers.IntegerField(source="count")


class PostersAnswer(Shape):
    """The last ten authors, the newest first."""

    posters = PosterAnswer(many=True)
