"""What a reader is told of a post that stands in the main feed for points (rule FEED-11).

Meanwhile every member reads the post. Its answers stay with who reads the course's feed (FEED-1).
"""

from dataclasses import dataclass
from datetime import datetime

import orjson

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Promotion:
    """For how many points, until when. ``is_outside``: the post's own feed is closed to them."""

    points: int
    until: datetime
    is_outside: bool = False

    @property
    def words(self) -> str:
        """For how many points."""
        return f"Promoted with {self.points} points"


def promotion_told(told: str | None, viewer: User) -> Promotion | None:
    """The promotion of a post, as its row tells it. Who keeps order reads every feed."""
    if told is None:
        return None
    points, until, is_outside = orjson.loads(told)
    outside = is_outside and not viewer.keeps_order
    return Promotion(points, datetime.fromisoformat(until), outside)
