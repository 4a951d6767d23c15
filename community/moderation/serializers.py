"""What the endpoints of reports read and answer."""

from typing import Any

from rest_framework import serializers

from community.models import CaseStatus, Reason, Target
from community.models.moderation import LONGEST_DETAILS
from peerloop.kit.inputs import Choice, Id, Input, Text

Shape = serializers.Serializer[Any]


class FlagInput(Input):
    """Why a post is reported. Without a reason it counts as out of place."""

    reason = Choice(Reason.choices, required=False, default=Reason.INAPPROPRIATE)
    details = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=LONGEST_DETAILS,
        help_text="Needed for the reason `other`.",
    )


class ReportInput(FlagInput):
    """What is reported, and why."""

    target_type = Choice([one for one in Target.choices if one[0] != Target.PAGE])
    target_id = Id()


class FlagAnswer(Shape):
    """The caller's report."""

    id = serializers.UUIDField()
    target_type = serializers.ChoiceField(Target.choices, source="case.target_type")
    target_id = serializers.UUIDField(source="case.target_id")
    reason = serializers.ChoiceField(Reason.choices)
    details = serializers.CharField()
    status = serializers.ChoiceField(CaseStatus.choices, source="case.status")
    created_at = serializers.DateTimeField()
