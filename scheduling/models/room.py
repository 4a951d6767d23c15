"""What happened around a session: who was there, who was reminded, what each thought."""

from django.db import models
from django.db.models import F, Q

from peerloop.kit.rows import Row
from scheduling.models.session import Session


class SessionAttendance(Row):
    """One stay of one person in the room (rule ROOM-4)."""

    class Source(models.TextChoices):
        EVENT = "event"
        POLL = "poll"
        CLICK = "click"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=5, choices=Source.choices)

    class Meta:
        db_table = "session_attendance"
        verbose_name_plural = "session attendance"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"],
                condition=Q(left_at__isnull=True),
                name="attendance_one_open",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at")),
                name="attendance_left_after_joined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.session_id}"

    @property
    def duration_seconds(self) -> int | None:
        """Whole seconds of a closed stay."""
        if self.left_at is None:
            return None
        return int((self.left_at - self.joined_at).total_seconds())


class SessionReminder(Row):
    """A reminder, once per session, person, kind and start (rule REM-1).

    The one to rate comes after the session; its row is only written when it is sent.
    """

    class Kind(models.TextChoices):
        DAY = "24h"
        HOUR = "1h"
        QUARTER = "15m"
        TO_RATE = "3d"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=3, choices=Kind.choices)
    for_start = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "session_reminders"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user", "kind", "for_start"], name="reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["24h", "1h", "15m", "3d"]), name="reminder_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["for_start"], condition=Q(sent_at=None), name="reminder_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.kind} before {self.for_start}"


class SessionAssessment(Row):
    """What one side thought of the session (rule RATE-1): no public figure comes from it."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    assessee = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField()
    comment = models.TextField(max_length=2000, blank=True)
    teaching = models.PositiveSmallIntegerField(null=True, blank=True)
    interaction = models.PositiveSmallIntegerField(null=True, blank=True)
    materials = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        db_table = "session_assessments"
        constraints = [
            models.CheckConstraint(
                condition=(
                    (Q(teaching__isnull=True) | Q(teaching__gte=1, teaching__lte=5))
                    & (Q(interaction__isnull=True) | Q(interaction__gte=1, interaction__lte=5))
                    & (Q(materials__isnull=True) | Q(materials__gte=1, materials__lte=5))
                ),
                name="assessment_parts_1_to_5",
            ),
            models.UniqueConstraint(fields=["session", "assessor"], name="assessment_once"),
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5), name="assessment_rating_1_to_5"
            ),
            models.CheckConstraint(condition=~Q(assessor=F("assessee")), name="assessment_not_own"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} for {self.assessee_id}"
