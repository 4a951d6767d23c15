"""Creator applications."""

from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.member import User
from peerloop.kit.rows import HasStatus, Row


class CreatorApplication(Row, HasStatus):
    """Made at sign-up or later, decided once by an admin (rules ROLE-3, ROLE-4)."""

    class Status(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        DENIED = "denied"

    TRANSITIONS: ClassVar[Mapping[str, Set[str]]] = {
        Status.PENDING: {Status.APPROVED, Status.DENIED},
    }

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="creator_applications")
    expertise = models.TextField(max_length=2000, blank=True)
    experience = models.TextField(max_length=2000, blank=True)
    ideas = models.TextField(max_length=2000, blank=True)
    portfolio_url = models.URLField(max_length=300, blank=True)
    motivation = models.TextField(max_length=2000, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        db_table = "creator_applications"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="pending"), name="creator_application_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at=None, decided_by=None)
                | Q(status__in=["approved", "denied"], decided_at__isnull=False),
                name="creator_application_decided",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "approved", "denied"]),
                name="creator_application_status",
            ),
        ]

    @property
    def again_at(self) -> datetime | None:
        """When a denied applicant may apply again."""
        if self.status != self.Status.DENIED or self.decided_at is None:
            return None
        return self.decided_at + timedelta(days=settings.CREATOR_REAPPLY_DAYS)

    @property
    def is_told(self) -> bool:
        """Whether motivation and ideas are filled in; sign-up does not ask for them."""
        return bool(self.motivation and self.ideas)

    def __str__(self) -> str:
        return f"{self.user_id} wants to create: {self.status}"
