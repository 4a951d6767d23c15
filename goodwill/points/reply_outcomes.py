"""What a reply that helped earned, beside the notification that it did (rule GW-2)."""

from uuid import UUID

from goodwill.models import GoodwillTransaction
from goodwill.points.actions.awards import cause_of_reply


def points_for_reply(reply_id: UUID, asker_id: UUID) -> str:
    """How many points the asker's mark brought; empty where the rules of points said no."""
    rows = GoodwillTransaction.objects.filter(
        cause=cause_of_reply(reply_id, asker_id), type=GoodwillTransaction.Type.EARNED
    )
    points = rows.values_list("points", flat=True).first()
    return "" if points is None else f"You earned {points} points."


REPLY_OUTCOMES = [points_for_reply]
