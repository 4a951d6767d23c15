"""Who earned the most, ordered anew every ten minutes (rule TIER-3)."""

from django.db import models

from accounts.models import User
from peerloop.kit.rows import listed


class Span(models.TextChoices):
    """Over which time."""

    MONTH = "month", "30 days"
    ALL = "all", "All time"


class Rank(models.Model):
    """A member's place, counted from 1; more places are kept than are shown.

    So a profile that turns private leaves no gap until the places are ordered anew.
    """

    span = models.CharField(max_length=5, choices=Span.choices)
    place = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "goodwill_ranks"
        constraints = [
            models.UniqueConstraint(fields=["span", "place"], name="goodwill_rank_place_once"),
            models.UniqueConstraint(fields=["span", "user"], name="goodwill_rank_user_once"),
            listed("span", Span, name="goodwill_rank_span"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.user_id} with {self.points}"
