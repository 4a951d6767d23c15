"""Incoming: events of providers, idempotency keys, counted attempts."""

from django.db import models

from accounts.models.member import User
from peerloop.kit.rows import Row


class WebhookEvent(Row):
    """An event of a provider, stored once (rule HOOK-2) before anything is done with it."""

    class Status(models.TextChoices):
        NEW = "new"
        DONE = "done"
        IGNORED = "ignored"
        FAILED = "failed"

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NEW)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    # When its payload was blanked (security PRI-4).
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "webhook_events"
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="webhook_event_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["new", "done", "ignored", "failed"]),
                name="webhook_event_status",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "received_at"], name="webhook_status_received"),
            models.Index(fields=["event_id"], name="webhook_event_id"),
            models.Index(fields=["kind"], name="webhook_kind"),
            models.Index(
                fields=["received_at"],
                condition=models.Q(emptied_at=None, status__in=["done", "ignored"]),
                name="webhook_with_payload",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.event_id}"


class IdempotencyKey(Row):
    """The stored answer to a request that a client may repeat (rules BOOK-8, MON-4)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    path = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "idempotency_keys"
        constraints = [
            models.UniqueConstraint(fields=["user", "key", "path"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"


class RateHit(models.Model):
    """An attempt for a rate limit, in PostgreSQL so that no outage disables it (rule AUTH-1)."""

    scope = models.CharField(max_length=30)
    subject = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        db_table = "rate_hits"
        indexes = [
            models.Index(fields=["scope", "subject", "at"], name="rate_scope_subject_at"),
            models.Index(fields=["at"], name="rate_age"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.at}"
