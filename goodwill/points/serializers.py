"""What the endpoints of goodwill read and answer."""

from typing import Any

from rest_framework import serializers

from goodwill.models import GoodwillTransaction, Reason
from peerloop.kit.inputs import Choice, Id, Input, Whole
from peerloop.kit.paging import PageQuery

Shape = serializers.Serializer[Any]
AWARDS = [(one.value, one.label) for one in (Reason.QUESTION_ANSWER, Reason.REMEDIAL_VOLUNTEER)]


class HistoryQuery(PageQuery):
    """Which movements."""

    type = Choice(GoodwillTransaction.Type.choices, required=False)


class AwardInput(Input):
    """Points for another member. The sum follows from the reason: 5 for an answer, 30 for help."""

    to_user_id = Id()
    points = Whole(min_value=1, help_text="5 for `question_answer`, 30 for `remedial_volunteer`.")
    reason = Choice(AWARDS, required=False, default=Reason.QUESTION_ANSWER.value)
    message_id = Id(
        required=False,
        help_text="The message or reply that helped; without it, their newest message to you.",
    )


class Breakdown(Shape):
    """For what points were earned, in number of times."""

    summons_helped = serializers.IntegerField()
    questions_answered = serializers.IntegerField()
    referrals = serializers.IntegerField()


class BalanceAnswer(Shape):
    """The caller's goodwill."""

    total_earned = serializers.IntegerField()
    spent = serializers.IntegerField()
    balance = serializers.IntegerField()
    tier = serializers.CharField()
    breakdown = Breakdown(source="*")


class Giver(Shape):
    """Who gave points."""

    name = serializers.CharField()


class MovementAnswer(Shape):
    """One movement of points."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(GoodwillTransaction.Type.choices)
    points = serializers.IntegerField()
    reason = serializers.CharField(help_text="A word of the ledger, such as `summon_help`.")
    from_user = Giver(
        source="giver",
        allow_null=True,
        help_text="Who gave them; null where the platform did, and for what was spent.",
    )
    course_title = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class HistoryAnswer(Shape):
    """A page of movements, newest first."""

    transactions = MovementAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class AwardAnswer(Shape):
    """What was given, and what the giver has left."""

    id = serializers.UUIDField(source="row.id")
    to_user_id = serializers.UUIDField(source="row.user_id")
    points = serializers.IntegerField(source="row.points")
    reason = serializers.CharField(source="row.reason")
    was_free = serializers.BooleanField(
        source="row.free_allowance", help_text="Whether it came from the day's free points."
    )
    created_at = serializers.DateTimeField(source="row.created_at")
    balance = serializers.IntegerField(help_text="The caller's own balance now.")
