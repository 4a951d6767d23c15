"""The outbox of mails, and notifications; written in the transaction of the action."""

from django.db import models
from django.db.models import Q

from accounts.models.member import User
from peerloop.kit.rows import Row


class Email(Row):
    """A mail to be sent once. ``context`` holds what the template needs, rendered at sending."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        BOUNCED = "bounced"
        COMPLAINED = "complained"
        FAILED = "failed"
        SKIPPED = "skipped"

    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    to = models.EmailField(max_length=254)
    template = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, unique=True)
    provider_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    # Mails that are sent in one call share this permanently (notifications/outbox/batches.py).
    batch = models.UUIDField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    # When its context was blanked (security PRI-4).
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "email_log"
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(emptied_at=None), name="email_with_words"
            ),
            models.Index(
                fields=["next_try_at"],
                condition=Q(status__in=["queued", "sending"]),
                name="email_waiting",
            ),
            models.Index(fields=["template", "-id"], name="email_template"),
            models.Index(fields=["to"], name="email_to"),
            models.Index(
                fields=["-updated_at", "-id"], condition=Q(status="failed"), name="email_failed"
            ),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="email_batch"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "queued",
                        "sending",
                        "sent",
                        "delivered",
                        "bounced",
                        "complained",
                        "failed",
                        "skipped",
                    ]
                ),
                name="email_status",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.status}"


class DeadLetter(Email):
    """A failed mail: a proxy with its own page in the admin site."""

    class Meta:
        proxy = True
        verbose_name = "dead letter"


class LocalMail(Row):
    """A mail that the local provider stored instead of sending it; shown at /dev/mail."""

    key = models.CharField(max_length=255, unique=True)
    to = models.EmailField(max_length=254)
    sender = models.CharField(max_length=300)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField()
    attachments = models.JSONField(default=list)

    class Meta:
        db_table = "local_mails"
        indexes = [models.Index(fields=["-created_at"], name="local_mail_newest")]

    def __str__(self) -> str:
        return self.subject


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Filters of notifications."""

    def unread(self) -> "NotificationQuerySet":
        """Those that were not read (rule NOTE-6)."""
        return self.filter(read_at=None)


class Notification(Row):
    """A notification in the app."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, null=True, blank=True)
    # Unread events with the same key are one notification (rule NOTE-4).
    bundle_key = models.CharField(max_length=100, null=True, blank=True)
    bundle_count = models.PositiveIntegerField(default=1, db_default=1)
    # Until then no further mail is queued for this bundle.
    mail_due_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "notifications"
        constraints = [
            models.UniqueConstraint(fields=["user", "dedupe_key"], name="notification_once"),
            models.UniqueConstraint(
                fields=["user", "bundle_key"],
                condition=Q(read_at=None, bundle_key__isnull=False),
                name="notification_bundle",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notification_user_newest"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["created_at"], name="notification_age"),
            models.Index(fields=["kind", "-id"], name="notification_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"
