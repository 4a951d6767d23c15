"""Serializers of profiles and of lists of members."""

from typing import Any

from rest_framework import serializers

from accounts.members.queries.directory import CreatorCard
from accounts.members.queries.people import People
from accounts.members.queries.profiles import member_summary
from accounts.models import User
from peerloop.kit.api import Input
from peerloop.kit.paging import Page
from peerloop.kit.serializers import Text, Truth


class ProfileInput(Input):
    """PATCH /users/:id; null empties a text."""

    name = Text(max_length=400, required=False)
    title = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    bio = Text(max_length=10_000, required=False, allow_blank=True, allow_null=True)
    bio_short = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    website = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    avatar_url = Text(max_length=600, required=False, allow_blank=True, allow_null=True)
    qualifications = serializers.ListField(
        child=Text(max_length=400),
        max_length=50,
        required=False,
        help_text="Replaces all: at most 10 sentences of 300 characters.",
    )
    expertise = serializers.ListField(
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
    avatar_url = serializers.CharField(allow_null=True)
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


class PageQuery(serializers.Serializer[Any]):
    """Which page of a list."""

    page = serializers.IntegerField(min_value=1, required=False, help_text="Counts from 1.")
    limit = serializers.IntegerField(min_value=1, required=False, help_text="At most 50 a page.")


class CreatorQuery(PageQuery):
    """Query of the directory of creators."""

    search = serializers.CharField(
        required=False,
        max_length=200,
        help_text="In name, handle and expertise; typing errors are forgiven.",
    )
    expertise = serializers.CharField(
        required=False, max_length=40, help_text="Only those with this tag."
    )


class BlockInput(Input):
    """POST /blocks."""

    user_id = serializers.UUIDField(help_text="Whom to block.")


class PersonInList(serializers.Serializer[Any]):
    """A member in a list: what everybody may see, also of a private one (PRIV-2)."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    handle = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)


class _PeopleAnswer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class FollowersAnswer(_PeopleAnswer):
    """Who follows a member."""

    followers = PersonInList(many=True)


class FollowingAnswer(_PeopleAnswer):
    """Whom a member follows."""

    following = PersonInList(many=True)


class BlocksAnswer(_PeopleAnswer):
    """Whom the member blocked."""

    blocks = PersonInList(many=True)


class CreatorAnswer(PersonInList):
    """A creator in the directory."""

    title = serializers.CharField(allow_null=True)
    bio_short = serializers.CharField(allow_null=True)
    expertise = serializers.ListField(child=serializers.CharField())
    stats = FiguresAnswer()
    follower_count = serializers.IntegerField()


class CreatorsAnswer(_PeopleAnswer):
    """One page of the directory of creators."""

    creators = CreatorAnswer(many=True)


class FollowAnswer(serializers.Serializer[Any]):
    """How it stands now."""

    is_following = serializers.BooleanField()


def person(user: User) -> dict[str, Any]:
    """One member of a list."""
    return {**member_summary(user), "handle": user.handle}


def people(name: str, found: People, page: Page) -> dict[str, Any]:
    """One page of a list under its name."""
    rows = [person(user) for user in found.people]
    return {name: rows, "total": found.total, "page": page.page}


def creator(card: CreatorCard) -> dict[str, Any]:
    """One card of the directory."""
    return {
        **person(card.user),
        "title": card.user.title or None,
        "bio_short": card.user.bio_short or None,
        "expertise": card.expertise,
        "stats": {
            "students_taught": card.students_taught,
            "courses_created": card.courses_created,
            "average_rating": card.average_rating,
            "total_reviews": card.total_reviews,
        },
        "follower_count": card.follower_count,
    }
