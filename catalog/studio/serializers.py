"""What the endpoints of the studio read and answer."""

from typing import Any

from rest_framework import serializers

from catalog.actions.curriculum import MAX_COUNTED, MAX_MODULES
from catalog.actions.lists import (
    MAX_AUTHOR_LENGTH,
    MAX_LINE_LENGTH,
    MAX_LINES,
    MAX_QUOTE_LENGTH,
    MAX_TAG_LENGTH,
    MAX_TAGS,
    MAX_TESTIMONIALS,
)
from catalog.models import Course, CoursePrerequisite
from catalog.serializers import CategoryName
from peerloop.kit.inputs import Choice, Id, Input, Listed, Text, Truth, Whole
from peerloop.kit.serializers import PictureUrl

Shape = serializers.Serializer[Any]
REVISION = "The revision that you read. Another one is refused with 409 `changed_elsewhere`."


def _lines(length: int = MAX_LINE_LENGTH, most: int = MAX_LINES) -> Listed:
    words = f"Replaces all: at most {most} of {length} characters."
    return Listed(child=Text(max_length=length), max_length=most, required=False, help_text=words)


class PrerequisiteInput(Input):
    """What students should know or have before."""

    text = Text(max_length=MAX_LINE_LENGTH)
    kind = Choice(CoursePrerequisite.Kind.choices)


class TestimonialInput(Input):
    """What somebody said about the course."""

    quote = Text(max_length=MAX_QUOTE_LENGTH)
    author = Text(max_length=MAX_AUTHOR_LENGTH)


class FeaturesInput(Input):
    """What PeerLoop adds."""

    refuse_unknown = True

    one_on_one_teaching = Truth()
    certified_teachers = Truth()
    earn_while_teaching = Truth()


class ModuleFields(Input):
    """The fields of a module beside its title."""

    description = Text(
        max_length=10_000,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="Markdown.",
    )
    duration = Text(max_length=60, required=False, allow_blank=True)
    video_url = Text(
        max_length=500, required=False, allow_null=True, help_text="A public web address."
    )
    document_url = Text(
        max_length=500, required=False, allow_null=True, help_text="A public web address."
    )
    video_count = Whole(min_value=0, max_value=MAX_COUNTED, required=False)
    reading_count = Whole(min_value=0, max_value=MAX_COUNTED, required=False)
    has_assessment = Truth(required=False)
    objectives = Text(max_length=5000, required=False, allow_blank=True, trim_whitespace=False)
    exercise = Text(max_length=5000, required=False, allow_blank=True, trim_whitespace=False)
    teaching_notes = Text(
        max_length=10_000,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="For the teachers of the course and its creator only.",
    )


class ModuleInput(ModuleFields):
    """A new module."""

    title = Text(max_length=140)


class ModuleChange(ModuleFields):
    """New content of a module; what is left out stays."""

    title = Text(max_length=140, required=False)
    revision = Whole(min_value=1, required=False, help_text=REVISION)


class PlaceInput(Input):
    """Where a module goes: a position from 1, or another module that it should stand before."""

    position = Whole(min_value=1, max_value=MAX_MODULES, required=False)
    before_id = Id(required=False, help_text="Keeps its meaning while others move modules too.")


class CourseFields(Input):
    """The fields of a course beside its title. Lists are replaced as a whole."""

    tagline = Text(max_length=200, required=False, allow_blank=True)
    description = Text(
        max_length=20_000,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="Markdown.",
    )
    category_id = Id(required=False, allow_null=True)
    level = Choice(Course.Level.choices, required=False)
    price_cents = Whole(min_value=0, max_value=Course.MAX_PRICE_CENTS, required=False)
    duration = Text(max_length=60, required=False, allow_blank=True)
    session_minutes = Whole(
        min_value=30, max_value=90, required=False, help_text="30, 45, 60 or 90."
    )
    lifetime_access = Truth(required=False)
    tags = _lines(MAX_TAG_LENGTH, MAX_TAGS)
    learning_objectives = _lines()
    includes = _lines()
    target_audience = _lines()
    prerequisites = Listed(child=PrerequisiteInput(), max_length=MAX_LINES, required=False)
    testimonials = Listed(child=TestimonialInput(), max_length=MAX_TESTIMONIALS, required=False)
    peerloop_features = FeaturesInput(required=False)


class CourseInput(CourseFields):
    """A new course; with all fields and modules it is the copy of another one."""

    title = Text(max_length=140)
    modules = Listed(child=ModuleInput(), max_length=MAX_MODULES, required=False)


class CourseChange(CourseFields):
    """New content of a course; what is left out stays."""

    title = Text(max_length=140, required=False)
    revision = Whole(min_value=1, required=False, help_text=REVISION)


class OwnCourseRow(Shape):
    """One of the caller's courses in a list."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(Course.Status.choices)
    price_cents = serializers.IntegerField()
    student_count = serializers.IntegerField()
    module_count = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class OwnCourses(Shape):
    """A page of the caller's courses."""

    courses = OwnCourseRow(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class StudioModule(Shape):
    """A module with everything in it."""

    id = serializers.UUIDField()
    position = serializers.IntegerField(
        source="module_order", allow_null=True, help_text="From 1; null for an archived one."
    )
    revision = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    duration = serializers.CharField()
    video_url = serializers.CharField(allow_null=True)
    document_url = serializers.CharField(allow_null=True)
    video_count = serializers.IntegerField()
    reading_count = serializers.IntegerField()
    has_assessment = serializers.BooleanField()
    objectives = serializers.CharField()
    exercise = serializers.CharField()
    teaching_notes = serializers.CharField()


class StudioPrerequisite(Shape):
    """What students should know or have before."""

    text = serializers.CharField()
    kind = serializers.ChoiceField(CoursePrerequisite.Kind.choices)


class StudioTestimonial(Shape):
    """What somebody said about the course."""

    quote = serializers.CharField()
    author = serializers.CharField()


class StudioFeatures(Shape):
    """What PeerLoop adds."""

    one_on_one_teaching = serializers.BooleanField()
    certified_teachers = serializers.BooleanField()
    earn_while_teaching = serializers.BooleanField()


class MissingStep(Shape):
    """What publishing still needs."""

    field = serializers.CharField(help_text="The field, or `modules` or `payout_account`.")
    needs = serializers.CharField()


class StudioCourse(Shape):
    """A course as its creator edits it."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    status = serializers.ChoiceField(Course.Status.choices)
    suspended_reason = serializers.CharField()
    revision = serializers.IntegerField(help_text="Grows with each change of the fields below.")
    title = serializers.CharField()
    tagline = serializers.CharField()
    description = serializers.CharField()
    thumbnail_url = PictureUrl()
    category = CategoryName(allow_null=True)
    level = serializers.ChoiceField(Course.Level.choices)
    price_cents = serializers.IntegerField()
    currency = serializers.CharField()
    duration = serializers.CharField()
    session_minutes = serializers.IntegerField()
    lifetime_access = serializers.BooleanField()
    tags = serializers.ListField(child=serializers.CharField())
    learning_objectives = serializers.ListField(child=serializers.CharField())
    includes = serializers.ListField(child=serializers.CharField())
    target_audience = serializers.ListField(child=serializers.CharField())
    prerequisites = StudioPrerequisite(many=True)
    testimonials = StudioTestimonial(many=True)
    peerloop_features = StudioFeatures()
    modules = StudioModule(many=True)
    archived_modules = StudioModule(many=True)
    missing = MissingStep(many=True)
    student_count = serializers.IntegerField()
    first_published_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class ModuleRemoved(Shape):
    """What became of a removed module."""

    is_archived = serializers.BooleanField(
        help_text="Whether it was used, so that it is kept and can be restored."
    )
