"""Recordings of sessions: which there are, and how far copying them has come (rule ROOM-11)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from scheduling.models.session import Session


class RecordingQuerySet(models.QuerySet["SessionRecording"]):
    """Filters of recordings."""

    def watchable(self) -> "RecordingQuerySet":
        """Those that were not removed: by us, or still at the video server."""
        return self.filter(
            Q(status=RecordingStatus.STORED, file__deleted_at=None)
            | Q(status__in=SessionRecording.AT_SERVER)
        )


class RecordingStatus(StatusChoices):
    """Where a recording lies."""

    WAITING = "waiting", State("info", "clock", "Being copied")
    STORED = "stored", State("ok", "circle-check", "Stored")
    LEFT = "left", State("neutral", "video", "At the video server")
    REMOVED = "removed", State("neutral", "ban", "Removed")


class SessionRecording(HasStatus, Row):
    """One recording at the video server, and our copy of it.

    No link of the video server is kept: such links are credentials and expire. ``size`` and
    ``validator`` are what the server said of the file, so that a copy that broke off goes on.
    """

    Status = RecordingStatus
    AT_SERVER: ClassVar = (RecordingStatus.WAITING, RecordingStatus.LEFT)
    TRANSITIONS: ClassVar = {
        Status.WAITING: {Status.STORED, Status.LEFT, Status.REMOVED},
        Status.LEFT: {Status.WAITING, Status.REMOVED},
        Status.STORED: {Status.REMOVED},
        Status.REMOVED: set(),
    }

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="recordings")
    record_id = models.CharField(max_length=255)
    status = models.CharField(
        max_length=8, choices=RecordingStatus.choices, default=RecordingStatus.WAITING
    )
    file = models.OneToOneField(
        "accounts.File", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    size = models.PositiveBigIntegerField(null=True, blank=True)
    validator = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        db_table = "session_recordings"
        ordering = ["created_at"]
        constraints = [
            listed("status", RecordingStatus, name="session_recording_status"),
            models.UniqueConstraint(fields=["session", "record_id"], name="session_recording_once"),
            models.CheckConstraint(
                condition=Q(status="stored", file__isnull=False)
                | Q(status="removed")
                | Q(status__in=["waiting", "left"], file__isnull=True),
                name="session_recording_stored_has_file",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", next_try_at__isnull=False)
                | (~Q(status="waiting") & Q(next_try_at__isnull=True)),
                name="session_recording_waits_for_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(status="waiting"),
                name="session_recording_due",
            ),
        ]

    def __str__(self) -> str:
        return f"recording of {self.session_id}"

    @property
    def is_stored(self) -> bool:
        """Whether our own copy can be opened."""
        return self.status == self.Status.STORED
