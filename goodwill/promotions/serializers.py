"""What the endpoint of promotions reads and answers."""

from typing import Any

from rest_framework import serializers

from community.models.promotion import PRICES
from peerloop.kit.inputs import Input, Whole

Shape = serializers.Serializer[Any]


class PromotionInput(Input):
    """How much to spend."""

    points_to_spend = Whole(
        min_value=PRICES[0],
        max_value=PRICES[-1],
        help_text=f"{PRICES[0]} points a day, in steps of {PRICES[0]}.",
    )


class PromotedPostAnswer(Shape):
    """A post in the main feed."""

    id = serializers.UUIDField()
    post_id = serializers.UUIDField()
    points_spent = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class PromotionAnswer(Shape):
    """What was bought."""

    promotion = PromotedPostAnswer()
