"""Who was in a session's room: the evidence, and the intervals that follow from it (ROOM-4)."""

from django.db import models
from django.db.models import F, Q

from peerloop.kit.rows import Row
from scheduling.models.session import Session


class AttendanceEvent(Row):
    """One thing observed of a room: someone came or left, the room ended, a click on "join".

    Only added, never changed, so that reports may arrive late, twice and in any order: attendance
    is computed from the whole set (``scheduling.attendance``).
    """

    class Kind(models.TextChoices):
        CLICK = "click"
        JOINED = "joined"
        LEFT = "left"
        ENDED = "ended"

    class Source(models.TextChoices):
        EVENT = "event"
        POLL = "poll"
        CLICK = "click"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance_events")
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=6, choices=Kind.choices)
    source = models.CharField(max_length=5, choices=Source.choices)
    # Which connection of that person, or which meeting that ended: a repeated report has the same.
    reference = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    # They left on purpose, rather than being cut off.
    is_deliberate = models.BooleanField(default=False)

    class Meta:
        db_table = "attendance_events"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user", "kind", "source", "reference"],
                name="attendance_event_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["click", "joined", "left", "ended"]),
                name="attendance_event_kind",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["event", "poll", "click"]), name="attendance_event_source"
            ),
            models.CheckConstraint(
                condition=Q(kind="ended", user__isnull=True)
                | (~Q(kind="ended") & Q(user__isnull=False)),
                name="attendance_event_of_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.session_id}"


class SessionAttendance(Row):
    """One interval of presence in the room (rule ROOM-4); open while the person is inside."""

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
        """Whole seconds of an interval that has ended."""
        if self.left_at is None:
            return None
        return int((self.left_at - self.joined_at).total_seconds())
