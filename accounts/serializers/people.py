"""Shapes of lists of members."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.queries import member_summary
from accounts.queries.directory import CreatorCard
from accounts.queries.people import People
from accounts.serializers import FiguresAnswer
from peerloop.kit.api import Input
from peerloop.kit.paging import Page


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

    user_id = serializers.UUIDField(help_text="Whom to shut out.")


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
    """Whom the member shut out."""

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
