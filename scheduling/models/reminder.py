"""Reminders of sessions."""

from django.db import models
from django.db.models import Q

from peerloop.kit.rows import Row
from scheduling.models.session import Session


class SessionReminder(Row):
    """A reminder, once per session, person, kind and start (rule REM-1).

    The reminder to rate follows the session; its row is written when it is sent.
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
