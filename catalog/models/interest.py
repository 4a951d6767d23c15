"""Interests of members."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from catalog.models.course import Category, Course
from peerloop.kit.rows import Row


class Interest(Row):
    """A category or tag that a member would like to learn; for suggestions only (PRIV-9)."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, related_name="+")
    tag = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=12, choices=Course.Level.choices, blank=True)

    class Meta:
        db_table = "user_interests"
        constraints = [
            models.CheckConstraint(
                condition=Q(category__isnull=False, tag="") | (Q(category=None) & ~Q(tag="")),
                name="interest_category_or_tag",
            ),
            models.CheckConstraint(condition=Q(tag=Lower("tag")), name="interest_tag_lower"),
            models.CheckConstraint(
                condition=Q(level__in=["", "beginner", "intermediate", "advanced"]),
                name="interest_level",
            ),
            models.UniqueConstraint(fields=["user", "category"], name="interest_category_once"),
            models.UniqueConstraint(
                fields=["user", "tag"], condition=~Q(tag=""), name="interest_tag_once"
            ),
        ]

    def __str__(self) -> str:
        return f"interest of {self.user_id}"
