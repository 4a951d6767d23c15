"""Serializers of the catalog's API. They describe answers; tests check them, no view runs them."""

from rest_framework import serializers

from catalog.models import Course
from catalog.queries import SORTS
from peerloop.kit.inputs import Choice, Id, Text, Whole
from peerloop.kit.paging import PageQuery
from peerloop.kit.serializers import PictureUrl


class CourseQuery(PageQuery):
    """Query of the course list. Read by ``api.filter_of``, which is faster and means the same."""

    search = Text(
        required=False,
        max_length=200,
        help_text="Words, as in a web search; forgives typing errors where nothing matches.",
    )
    level = Choice(Course.Level.choices, required=False)
    category_id = Id(required=False)
    min_price = Whole(required=False, min_value=0, help_text="In cents.")
    max_price = Whole(required=False, min_value=0, help_text="In cents.")
    creator_id = Id(required=False)
    sort = Choice(
        SORTS,
        required=False,
        help_text="rating (best first), students (most first), price (lowest first), newest. "
        "Without it: best match while searching, else rating.",
    )


class CategoryName(serializers.Serializer[dict[str, object]]):
    """The category of a course."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class Creator(serializers.Serializer[dict[str, object]]):
    """Who wrote a course."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    avatar_url = PictureUrl()


class CourseSummary(serializers.Serializer[dict[str, object]]):
    """A course in a list."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    thumbnail_url = PictureUrl()
    level = serializers.ChoiceField(Course.Level.choices)
    price_cents = serializers.IntegerField()
    duration = serializers.CharField()
    rating = serializers.FloatField(allow_null=True)
    student_count = serializers.IntegerField()
    category = CategoryName()
    creator = Creator()


class CourseList(serializers.Serializer[dict[str, object]]):
    """A page of courses. ``total`` counts all that match."""

    courses = CourseSummary(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class CategoryRow(serializers.Serializer[dict[str, object]]):
    """A category and how many courses are listed in it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    course_count = serializers.IntegerField()


class CategoryList(serializers.Serializer[dict[str, object]]):
    """All active categories in their order."""

    categories = CategoryRow(many=True)


class Following(serializers.Serializer[dict[str, object]]):
    """Whether the caller follows the course now."""

    is_following = serializers.BooleanField()
