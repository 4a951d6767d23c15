"""Calls for help and their answers, and who offers help (rules SUM-1 to SUM-4)."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices

FEWEST_POINTS, MOST_POINTS = 10, 25


class SummonsStatus(StatusChoices):
    """How far a call for help has come."""

    PENDING = "pending", State("live", "radio", "Calling")
    RESPONDED = "responded", State("live", "messages-square", "Answered")
    COMPLETED = "completed", State("ok", "check", "Helped")
    CANCELLED = "cancelled", State("neutral", "ban", "Cancelled")
    EXPIRED = "expired", State("neutral", "clock", "Nobody answered")


class SummonsQuerySet(models.QuerySet["HelpSummons"]):
    """Filters of calls for help."""

    def waiting(self, at: datetime) -> "SummonsQuerySet":
        """Those that a helper may still answer."""
        return self.filter(status=SummonsStatus.PENDING, expires_at__gt=at)

    def open(self) -> "SummonsQuerySet":
        """Those that keep their student from calling again for the same course."""
        return self.filter(status__in=OPEN)

    def of(self, user: User) -> "SummonsQuerySet":
        """Those that the member called or answered."""
        return self.filter(Q(student=user) | Q(helper=user))


OPEN = (SummonsStatus.PENDING, SummonsStatus.RESPONDED)


class HelpSummons(HasStatus, Row):
    """A student calls for help in a course; the first helper who answers gives it (SUM-1, SUM-2).

    ``points_awarded``: what the student gave, 10 to 25, or 0 where it closed without thanks.
    """

    Status = SummonsStatus
    TRANSITIONS: ClassVar = {
        SummonsStatus.PENDING: {
            SummonsStatus.RESPONDED,
            SummonsStatus.CANCELLED,
            SummonsStatus.EXPIRED,
        },
        SummonsStatus.RESPONDED: {SummonsStatus.COMPLETED},
        SummonsStatus.COMPLETED: set(),
        SummonsStatus.CANCELLED: set(),
        SummonsStatus.EXPIRED: set(),
    }

    student = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    course = models.ForeignKey(
        "catalog.Course", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    enrollment = models.ForeignKey(
        "learning.Enrollment", on_delete=models.PROTECT, related_name="+"
    )
    module = models.ForeignKey(
        "catalog.CourseModule", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        max_length=9, choices=SummonsStatus.choices, default=SummonsStatus.PENDING
    )
    expires_at = models.DateTimeField()
    helper = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    responded_at = models.DateTimeField(null=True, blank=True)
    conversation = models.ForeignKey(
        "community.Conversation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    points_awarded = models.PositiveSmallIntegerField(null=True, blank=True)

    is_completed = Is("status", SummonsStatus.COMPLETED)
    is_cancelled = Is("status", SummonsStatus.CANCELLED)

    objects = SummonsQuerySet.as_manager()

    class Meta:
        db_table = "help_summons"
        verbose_name = "call for help"
        verbose_name_plural = "calls for help"
        constraints = [
            listed("status", SummonsStatus, name="summons_status"),
            models.UniqueConstraint(
                fields=["student", "course"],
                condition=Q(status__in=["pending", "responded"]),
                name="summons_one_open",
            ),
            models.CheckConstraint(
                condition=Q(helper=None) | ~Q(helper=F("student")), name="summons_not_by_oneself"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["responded", "completed"],
                    helper__isnull=False,
                    responded_at__isnull=False,
                )
                | Q(
                    status__in=["pending", "cancelled", "expired"],
                    helper=None,
                    responded_at=None,
                ),
                name="summons_answered_has_helper",
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_at__isnull=False)
                & (
                    Q(points_awarded=0)
                    | Q(points_awarded__gte=FEWEST_POINTS, points_awarded__lte=MOST_POINTS)
                )
                | Q(~Q(status="completed"), completed_at=None, points_awarded=None),
                name="summons_points",
            ),
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(completed_at__gte=F("responded_at")),
                name="summons_times",
            ),
        ]
        indexes = [
            models.Index(
                fields=["course", "expires_at"],
                condition=Q(status="pending"),
                name="summons_waiting",
            ),
            models.Index(fields=["student", "-created_at", "-id"], name="summons_of_student"),
            models.Index(
                fields=["helper", "-created_at", "-id"],
                condition=Q(helper__isnull=False),
                name="summons_of_helper",
            ),
            models.Index(
                fields=["course", "-responded_at"],
                condition=Q(responded_at__isnull=False),
                name="summons_answers",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(status="pending"),
                name="summons_to_expire",
            ),
            models.Index(
                fields=["responded_at"],
                condition=Q(status="responded"),
                name="summons_to_close",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} call for help {self.pk}"

    def is_waiting(self, at: datetime) -> bool:
        """Whether a helper may still answer."""
        return self.status == SummonsStatus.PENDING and self.expires_at > at


class HelpSwitch(Row):
    """Whether a member offers help now, and their last sign of life (rules SUM-4, GW-9).

    ``seconds``: how long the switch was on with signs of life on ``day``, a day of the member's
    zone. ``has_sound``: whether a call is heard on their open pages.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    is_available = models.BooleanField(default=False)
    since = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    has_sound = models.BooleanField(default=True)

    class Meta:
        db_table = "user_availability"
        verbose_name = "offer of help"
        verbose_name_plural = "offers of help"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_available=False, since=None)
                | Q(is_available=True, since__isnull=False, last_seen_at__isnull=False),
                name="help_switch_since",
            ),
        ]
        indexes = [
            models.Index(
                fields=["last_seen_at"], condition=Q(is_available=True), name="help_switch_on"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {'on' if self.is_available else 'off'}"
