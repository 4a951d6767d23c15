"""What the endpoints of calls for help read and answer."""

from typing import Any

from rest_framework import serializers

from accounts.members.serializers import PersonAnswer
from goodwill.models.summons import FEWEST_POINTS, MOST_POINTS, SummonsStatus
from peerloop.kit.inputs import Id, Input, Truth, Whole

Shape = serializers.Serializer[Any]


class SummonsInput(Input):
    """A call for help."""

    course_id = Id()
    module_id = Id(required=False, default=None, allow_null=True)


class ThanksInput(Input):
    """How many points the help was worth."""

    points = Whole(min_value=FEWEST_POINTS, max_value=MOST_POINTS)


class SwitchInput(Input):
    """Whether the caller offers help from now on."""

    is_available = Truth()


class CalledAnswer(Shape):
    """A call that was just made."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(SummonsStatus.choices)
    available_helpers = serializers.IntegerField(help_text="Who was told. At most 1000.")


class SummonsCreated(Shape):
    """The call."""

    summon = CalledAnswer()


class CourseOfCall(Shape):
    """The course that help is needed in."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class WaitingAnswer(Shape):
    """A call that waits for an answer."""

    id = serializers.UUIDField()
    student = PersonAnswer()
    course = CourseOfCall()
    module_title = serializers.CharField(source="module.title", default=None, allow_null=True)
    created_at = serializers.DateTimeField()


class WaitingList(Shape):
    """Calls that the caller may answer, the oldest first."""

    summons = WaitingAnswer(many=True)


class RespondedAnswer(Shape):
    """A call that the caller answered."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(SummonsStatus.choices)
    chat_url = serializers.CharField(help_text="The page of the conversation.")


class SummonsResponded(Shape):
    """The call."""

    summon = RespondedAnswer()


class ThankedAnswer(Shape):
    """A call that its student closed."""

    status = serializers.ChoiceField(SummonsStatus.choices)
    points_awarded = serializers.IntegerField()


class SummonsCompleted(Shape):
    """The call, and what its helper earned so far in all."""

    summon = ThankedAnswer()
    helper_new_total = serializers.IntegerField()


class StateAnswer(Shape):
    """A call as one of the two sees it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(SummonsStatus.choices)
    student = PersonAnswer()
    helper = PersonAnswer(allow_null=True)
    course = CourseOfCall()
    module_title = serializers.CharField(source="module.title", default=None, allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    responded_at = serializers.DateTimeField(allow_null=True)
    points_awarded = serializers.IntegerField(allow_null=True)
    conversation_id = serializers.UUIDField(allow_null=True)


class SummonsState(Shape):
    """The call."""

    summon = StateAnswer()


class HelpersAnswer(Shape):
    """Who is here to help in a course."""

    available_count = serializers.IntegerField(help_text="At most 1000.")
    helpers = PersonAnswer(many=True, help_text="The first twenty.")


class SwitchAnswer(Shape):
    """The caller's switch."""

    is_available = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)
