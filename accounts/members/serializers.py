"""Serializers of profiles and of lists of members."""

from typing import Any

from rest_framework import serializers

from peerloop.kit.inputs import Id, Input, Listed, Text, Truth
from peerloop.kit.paging import PageQuery
from peerloop.kit.serializers import PictureUrl, TextOrNull


class ProfileInput(Input):
    """PATCH /users/:id; null empties a text."""

    name = Text(max_length=400, required=False)
    title = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    bio = Text(max_length=10_000, required=False, allow_blank=True, allow_null=True)
    bio_short = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    website = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    avatar_url = Text(max_length=600, required=False, allow_blank=True, allow_null=True)
    qualifications = Listed(
        child=Text(max_length=400),
        max_length=50,
        required=False,
        help_text="Replaces all: at most 10 sentences of 300 characters.",
    )
    expertise = Listed(
        child=Text(max_length=100),
        max_length=50,
        required=False,
        help_text="Replaces all: at most 12 tags of 40 characters.",
    )
    privacy_public = Truth(required=False)
    is_student_teacher = Truth(required=False)


class QualificationAnswer(serializers.Serializer[Any]):
    """One sentence of what a member brings."""

    id = serializers.UUIDField()
    sentence = serializers.CharField()


class FiguresAnswer(serializers.Serializer[Any]):
    """What a member has done so far."""

    students_taught = serializers.IntegerField()
    courses_created = serializers.IntegerField()
    average_rating = serializers.FloatField(allow_null=True)
    total_reviews = serializers.IntegerField()


class ProfileAnswer(serializers.Serializer[Any]):
    """A member as the asker may see them: of a private one hardly more than the name (PRIV-2)."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    handle = serializers.CharField()
    title = serializers.CharField(allow_null=True)
    avatar_url = PictureUrl()
    bio = serializers.CharField(allow_null=True)
    bio_short = serializers.CharField(allow_null=True)
    website = serializers.CharField(allow_null=True)
    is_creator = serializers.BooleanField()
    is_student_teacher = serializers.BooleanField()
    is_private = serializers.BooleanField()
    qualifications = QualificationAnswer(many=True)
    expertise = serializers.ListField(child=serializers.CharField())
    stats = FiguresAnswer()
    follower_count = serializers.IntegerField()
    following_count = serializers.IntegerField()
    is_following = serializers.BooleanField()


class CreatorQuery(PageQuery):
    """Query of the directory of creators."""

    search = Text(
        required=False,
        max_length=200,
        help_text="In name, handle and expertise; typing errors are forgiven.",
    )
    expertise = Text(required=False, max_length=40, help_text="Only those with this tag.")


class BlockInput(Input):
    """POST /blocks."""

    user_id = Id(help_text="Whom to block.")


class PersonAnswer(serializers.Serializer[Any]):
    """A member inside another answer: what everybody may see, also of a private one (PRIV-2)."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    avatar_url = PictureUrl()


class PersonInList(PersonAnswer):
    """A member in a list."""

    handle = serializers.CharField()


class FollowersAnswer(serializers.Serializer[Any]):
    """Who follows a member."""

    followers = PersonInList(many=True, source="people")
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class FollowingAnswer(serializers.Serializer[Any]):
    """Whom a member follows."""

    following = PersonInList(many=True, source="people")
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class BlocksAnswer(serializers.Serializer[Any]):
    """Whom the member blocked."""

    blocks = PersonInList(many=True, source="people")
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class CreatorAnswer(serializers.Serializer[Any]):
    """A creator in the directory."""

    id = serializers.UUIDField(source="user.id")
    name = serializers.CharField(source="user.name")
    avatar_url = PictureUrl(source="user.avatar_url")
    handle = serializers.CharField(source="user.handle")
    title = TextOrNull(source="user.title")
    bio_short = TextOrNull(source="user.bio_short")
    expertise = serializers.ListField(child=serializers.CharField())
    stats = FiguresAnswer(source="*")
    follower_count = serializers.IntegerField()


class CreatorsAnswer(serializers.Serializer[Any]):
    """One page of the directory of creators."""

    creators = CreatorAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class FollowAnswer(serializers.Serializer[Any]):
    """How it stands now."""

    is_following = serializers.BooleanField()
