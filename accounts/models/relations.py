"""Follows and blocks between members."""

from django.db import models
from django.db.models import F, Q

from accounts.models.member import User
from peerloop.kit.rows import Row


class Follow(Row):
    """One member follows another."""

    # Each column has an index of its own below, or is the first of the unique one.
    follower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    followed = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "follows"
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_of_another"),
        ]
        indexes = [
            models.Index(fields=["followed", "-created_at", "-id"], name="follow_followed_newest"),
            models.Index(fields=["follower", "-created_at", "-id"], name="follow_follower_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class Block(Row):
    """One member blocked another: neither seen nor followed by them (rule PRIV-7)."""

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "user_blocks"
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_of_another"),
        ]
        indexes = [models.Index(fields=["blocked"], name="block_blocked")]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"
