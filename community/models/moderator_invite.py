"""Invitations by mail to moderate the whole platform (rules MOD-8, MOD-9)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices

SHORTEST_DAYS, USUAL_DAYS, LONGEST_DAYS = 1, 7, 30


class InviteStatus(StatusChoices):
    """What became of an invitation."""

    PENDING = "pending", State("warn", "hourglass", "Waits for an answer")
    ACCEPTED = "accepted", State("ok", "circle-check", "Accepted")
    DECLINED = "declined", State("neutral", "circle-x", "Declined")
    CANCELLED = "cancelled", State("neutral", "ban", "Cancelled")
    EXPIRED = "expired", State("neutral", "clock", "Expired")


class ModeratorInviteQuerySet(models.QuerySet["ModeratorInvite"]):
    """Filters of invitations."""

    def pending(self) -> "ModeratorInviteQuerySet":
        """Those without an answer, past or not."""
        return self.filter(status=InviteStatus.PENDING)

    def open(self, at: datetime) -> "ModeratorInviteQuerySet":
        """Those that can be answered at that time."""
        return self.pending().filter(expires_at__gt=at)

    def expire(self, at: datetime) -> int:
        """Mark those whose time is over; how many they were. Safe to repeat."""
        late = self.pending().filter(expires_at__lte=at)
        return late.update(status=InviteStatus.EXPIRED, updated_at=at)


class ModeratorInvite(HasStatus, Row):
    """An admin's invitation of an address. What was answered stays as history.

    ``token_hash`` is that of the newest mail's link, empty until that mail is rendered; it stays,
    so that the link can say what became of it. ``sent_count`` is the number of that mail.
    """

    Status = InviteStatus
    TRANSITIONS: ClassVar = {
        InviteStatus.PENDING: {
            InviteStatus.ACCEPTED,
            InviteStatus.DECLINED,
            InviteStatus.CANCELLED,
            InviteStatus.EXPIRED,
        },
        InviteStatus.EXPIRED: {InviteStatus.PENDING},
    }

    # Empty once the address of who never answered is no longer needed.
    email = models.EmailField(max_length=254, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=9, choices=InviteStatus.choices, default=InviteStatus.PENDING
    )
    days = models.PositiveSmallIntegerField(default=USUAL_DAYS)
    expires_at = models.DateTimeField()
    sent_count = models.PositiveSmallIntegerField(default=1)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ModeratorInviteQuerySet.as_manager()

    class Meta:
        db_table = "moderator_invites"
        verbose_name = "invitation"
        constraints = [
            listed("status", InviteStatus, name="moderator_invite_status"),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(status="pending"),
                name="moderator_invite_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="moderator_invite_email_lower"
            ),
            models.CheckConstraint(
                condition=Q(days__gte=SHORTEST_DAYS, days__lte=LONGEST_DAYS),
                name="moderator_invite_days",
            ),
            models.CheckConstraint(
                condition=Q(status="accepted", accepted_by__isnull=False)
                | Q(~Q(status="accepted"), accepted_by=None),
                name="moderator_invite_accepted_by",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "declined"], answered_at__isnull=False)
                | Q(~Q(status__in=["accepted", "declined"]), answered_at=None),
                name="moderator_invite_answered",
            ),
        ]
        indexes = [
            GinIndex(fields=["email"], opclasses=["gin_trgm_ops"], name="moderator_invite_email"),
            models.Index(
                fields=["expires_at"],
                condition=Q(status="pending"),
                name="moderator_invite_due",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.email or 'a removed address'}"

    @property
    def span(self) -> timedelta:
        """How long one mail of it can be answered."""
        return timedelta(days=self.days)


class PlatformModerator(User):
    """A member who moderates the whole platform, for the admin site."""

    class Meta:
        proxy = True
        verbose_name = "moderator"

    def __str__(self) -> str:
        return self.name
