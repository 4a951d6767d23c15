"""What a creator says to who opens their feed."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from peerloop.kit.rows import Row

LONGEST_WELCOME = 2_000


class CommunityWelcome(Row):
    """The words at the head of a creator's feed, in Markdown."""

    creator = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    content = models.TextField(max_length=LONGEST_WELCOME)

    class Meta:
        db_table = "community_welcomes"
        constraints = [
            models.CheckConstraint(
                condition=Q(content__length__gte=1, content__length__lte=LONGEST_WELCOME),
                name="community_welcome_length",
            )
        ]

    def __str__(self) -> str:
        return f"welcome of {self.creator_id}"
