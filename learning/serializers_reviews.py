"""Serializers of reviews and expectations."""

from typing import Any

from rest_framework import serializers

from accounts.members.serializers import PersonAnswer
from learning.models import Review
from learning.models.review import LONGEST_WORDS
from learning.queries.reviews import SORTS
from learning.serializers import CourseName
from peerloop.kit.inputs import Choice, Input, Text, Whole
from peerloop.kit.paging import PageQuery

Shape = serializers.Serializer[Any]
MOST_TYPED = LONGEST_WORDS + 1_000


class ReviewQuery(PageQuery):
    """Query of a list of reviews."""

    sort = Choice(list(SORTS), required=False, help_text="helpful (most first) without it.")


class ReviewChanges(Input):
    """What a review says."""

    rating = Whole(min_value=1, max_value=5)
    comment = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=MOST_TYPED,
        help_text="10 to 4,000 characters; a review of a course may go without.",
    )
    clarity = Whole(min_value=1, max_value=5, required=False, help_text="Of a course.")
    relevance = Whole(min_value=1, max_value=5, required=False, help_text="Of a course.")
    depth = Whole(min_value=1, max_value=5, required=False, help_text="Of a course.")


class ReviewInput(ReviewChanges):
    """A new review."""

    about = Choice(Review.About.choices)


class ReviewAnswerInput(Input):
    """The public answer to a review."""

    answer = Text(max_length=MOST_TYPED, help_text="10 to 4,000 characters.")


class ExpectationsInput(Input):
    """What a student expects; together at least 20 characters, each at most 1,000."""

    goal = Text(required=False, default="", allow_blank=True, max_length=2_000)
    timeline = Text(required=False, default="", allow_blank=True, max_length=2_000)
    experience = Text(required=False, default="", allow_blank=True, max_length=2_000)
    hopes = Text(required=False, default="", allow_blank=True, max_length=2_000)


class ReviewAnswer(Shape):
    """A public review."""

    id = serializers.UUIDField()
    about = serializers.ChoiceField(Review.About.choices)
    author = PersonAnswer(source="enrollment.student")
    rated = PersonAnswer(help_text="The teacher, or the creator of the course.")
    course = CourseName()
    rating = serializers.IntegerField()
    comment = serializers.CharField()
    clarity = serializers.IntegerField(allow_null=True)
    relevance = serializers.IntegerField(allow_null=True)
    depth = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(
        source="public_answer", help_text="Empty while moderators keep it from being read."
    )
    answered_at = serializers.DateTimeField(allow_null=True)
    helpful_count = serializers.IntegerField()


class ReviewList(Shape):
    """A page of reviews."""

    reviews = ReviewAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class OwnReviews(Shape):
    """What the student wrote about an enrollment, and what is left."""

    reviews = ReviewAnswer(many=True)
    left = serializers.ListField(child=serializers.ChoiceField(Review.About.choices))


class HelpfulAnswer(Shape):
    """How many members a review helped."""

    helpful_count = serializers.IntegerField()


class ExpectationsAnswer(Shape):
    """What a student expects."""

    goal = serializers.CharField()
    timeline = serializers.CharField()
    experience = serializers.CharField()
    hopes = serializers.CharField()
    updated_at = serializers.DateTimeField(allow_null=True)
