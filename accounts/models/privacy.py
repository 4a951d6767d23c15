"""Exports and erasures of members' data."""

from django.db import models
from django.db.models import F, Q

from accounts.models.member import User
from peerloop.kit.rows import Row


class DataExport(Row):
    """An export of a member's data: requested, made by a task, stored for a week (PRI-3)."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    # While it is queued: when a worker may claim it.
    next_try_at = models.DateTimeField(null=True, blank=True)
    tables_done = models.PositiveSmallIntegerField(default=0)
    tables_total = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    size = models.PositiveIntegerField(default=0)
    # The storage key of the archive; set before it is written, cleared after it is deleted.
    archive_key = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "data_exports"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "ready", "failed", "expired"]),
                name="data_export_status",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="ready",
                    ready_at__isnull=False,
                    expires_at__gt=F("ready_at"),
                )
                & ~Q(archive_key="")
                | ~Q(status="ready"),
                name="data_export_ready_is_whole",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="queued"), name="data_export_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="data_export_user_newest"),
            models.Index(
                fields=["next_try_at"], condition=Q(status="queued"), name="data_export_waiting"
            ),
            models.Index(
                fields=["expires_at"], condition=~Q(archive_key=""), name="data_export_expiring"
            ),
        ]

    def __str__(self) -> str:
        return f"export for {self.user_id}, {self.status}"


class Erasure(Row):
    """A closed account whose data will be erased after thirty days (rule ROLE-13)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)
    due_at = models.DateTimeField()
    # Of the link that undoes it; made when the mail is rendered.
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "erasures"
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("created_at")), name="erasure_due_later"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(done_at__isnull=True),
                name="erasure_undone_or_done",
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True) | Q(undone_at__isnull=False),
                name="erasure_undone_by_and_at",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(undone_at=None), name="erasure_one_standing"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(undone_at=None, done_at=None),
                name="erasure_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"erasure of {self.user_id}"
