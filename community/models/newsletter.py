"""Newsletters of creators, who subscribed to them, and what became of each mail (rules 21)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import Email, User
from community.models.newsletter_figures import COUNTED
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, TsTzRange, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import refusal, transitions

LONGEST_SUBJECT, LONGEST_BODY = 150, 20_000
# One newsletter of a creator in so long (rule NEWS-1).
BETWEEN = timedelta(hours=24)
REMOVED = "(removed)"


class NewsletterStatus(StatusChoices):
    """How far a newsletter is (rule NEWS-1)."""

    DRAFT = "draft", State("neutral", "pencil", "Draft")
    SCHEDULED = "scheduled", State("info", "calendar", "Scheduled")
    SENDING = "sending", State("live", "send", "Sending")
    SENT = "sent", State("ok", "check", "Sent")
    FAILED = "failed", State("danger", "circle-alert", "Not sent")
    STOPPED = "stopped", State("warn", "ban", "Stopped")


# Those of which mails have left, or were to leave.
BEGUN = (
    NewsletterStatus.SENDING,
    NewsletterStatus.SENT,
    NewsletterStatus.FAILED,
    NewsletterStatus.STOPPED,
)

STEPS: dict[str, set[str]] = {
    NewsletterStatus.DRAFT: {NewsletterStatus.SCHEDULED, NewsletterStatus.SENDING},
    NewsletterStatus.SCHEDULED: {
        NewsletterStatus.DRAFT,
        NewsletterStatus.SENDING,
        NewsletterStatus.STOPPED,
    },
    NewsletterStatus.SENDING: {
        NewsletterStatus.SENT,
        NewsletterStatus.FAILED,
        NewsletterStatus.STOPPED,
    },
    NewsletterStatus.SENT: {NewsletterStatus.SENDING},
    NewsletterStatus.FAILED: {NewsletterStatus.SENDING},
    NewsletterStatus.STOPPED: set(),
}


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    """Filters of newsletters."""

    def due(self, at: datetime) -> "NewsletterQuerySet":
        """Scheduled ones whose time has come."""
        return self.filter(status=NewsletterStatus.SCHEDULED, send_at__lte=at)

    def sending(self) -> "NewsletterQuerySet":
        """Those whose mails are on their way."""
        return self.filter(status=NewsletterStatus.SENDING)


class Newsletter(HasStatus, Row):
    """What a creator writes to subscribers.

    ``send_at``: when sending begins or began; for 24 hours from then, up to ``quiet_until``, the
    creator sends no other. ``filled_at``: since when every subscriber has a delivery. Its figures
    are kept by triggers of the deliveries; ``sent_count`` is what left, whatever became of it.
    """

    Status = NewsletterStatus
    TRANSITIONS: ClassVar = STEPS

    creator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField(max_length=LONGEST_BODY)
    status = models.CharField(
        max_length=9, choices=NewsletterStatus.choices, default=NewsletterStatus.DRAFT
    )
    send_at = models.DateTimeField(null=True, blank=True)
    quiet_until = models.DateTimeField(null=True, blank=True, editable=False)
    filled_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    stopped_because = models.TextField(blank=True, max_length=2_000)
    recipients = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    waiting_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    sent_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    delivered_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    bounced_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    failed_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    skipped_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    unsubscribed_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        db_table = "newsletters"
        constraints = [
            listed("status", NewsletterStatus, name="newsletter_status"),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body="") & Q(body__length__lte=LONGEST_BODY),
                name="newsletter_says_something",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", send_at=None, quiet_until=None)
                | Q(~Q(status="draft"), send_at__isnull=False, quiet_until__gt=F("send_at")),
                name="newsletter_send_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["sent", "failed", "stopped"], sent_at__isnull=False)
                | Q(status__in=["draft", "scheduled", "sending"], sent_at=None),
                name="newsletter_sent_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="stopped") | ~Q(stopped_because=""),
                name="newsletter_stopped_because",
            ),
            # One in 24 hours, also where two are sent or scheduled in the same moment.
            ExclusionConstraint(
                name="newsletter_one_a_day",
                expressions=[
                    ("creator", RangeOperators.EQUAL),
                    (TsTzRange("send_at", "quiet_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(send_at__isnull=False),
            ),
            transitions("newsletter_transitions", STEPS, what="a newsletter"),
            # What was sent stays as it was: a batch that is sent again has to say the same.
            refusal(
                "newsletter_stays_as_sent",
                on="BEFORE UPDATE",
                message="a newsletter can only be changed while it is a draft",
                condition="OLD.status <> 'draft' AND (NEW.creator_id <> OLD.creator_id"
                f" OR NEW.subject NOT IN (OLD.subject, '{REMOVED}')"
                f" OR NEW.body NOT IN (OLD.body, '{REMOVED}'))",
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "-created_at", "-id"], name="newsletter_newest"),
            models.Index(
                fields=["send_at"], condition=Q(status="scheduled"), name="newsletter_due"
            ),
            models.Index(
                fields=["send_at"], condition=Q(status="sending"), name="newsletter_sending"
            ),
        ]

    def __str__(self) -> str:
        return f"newsletter {self.pk} ({self.status})"

    is_draft = Is("status", NewsletterStatus.DRAFT)
    is_scheduled = Is("status", NewsletterStatus.SCHEDULED)
    is_sending = Is("status", NewsletterStatus.SENDING)
    is_stopped = Is("status", NewsletterStatus.STOPPED)

    @property
    def settled(self) -> int:
        """How many readers do not wait any more."""
        return self.recipients - self.waiting_count

    @property
    def has_begun(self) -> bool:
        """Whether mails have left, or were to leave."""
        return self.status in BEGUN


class SubscriberStatus(StatusChoices):
    """Whether a member gets a creator's newsletters."""

    ACTIVE = "active", State("ok", "check", "Subscribed")
    UNSUBSCRIBED = "unsubscribed", State("neutral", "x", "Ended")


class SubscriberSource(models.TextChoices):
    """Where a member opted in (rule NEWS-2)."""

    PROFILE = "profile", "the creator's page"
    ENROLLMENT = "enrollment", "enrolling"
    API = "api", "the API"


class SubscriberQuerySet(models.QuerySet["NewsletterSubscriber"]):
    """Filters of subscribers."""

    def active(self) -> "SubscriberQuerySet":
        """Those who did not end it."""
        return self.filter(status=SubscriberStatus.ACTIVE)


class NewsletterSubscriber(HasStatus, Row):
    """A member who asked for a creator's newsletters, when and where, and when they ended it."""

    Status = SubscriberStatus
    Source = SubscriberSource
    TRANSITIONS: ClassVar = {
        SubscriberStatus.ACTIVE: {SubscriberStatus.UNSUBSCRIBED},
        SubscriberStatus.UNSUBSCRIBED: {SubscriberStatus.ACTIVE},
    }

    creator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(
        max_length=12, choices=SubscriberStatus.choices, default=SubscriberStatus.ACTIVE
    )
    source = models.CharField(max_length=10, choices=SubscriberSource.choices)
    subscribed_at = models.DateTimeField()
    unsubscribed_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        db_table = "newsletter_subscribers"
        constraints = [
            models.UniqueConstraint(fields=["creator", "user"], name="newsletter_subscriber_once"),
            listed("status", SubscriberStatus, name="newsletter_subscriber_status"),
            listed("source", SubscriberSource, name="newsletter_subscriber_source"),
            models.CheckConstraint(
                condition=~Q(creator=F("user")), name="newsletter_subscriber_other"
            ),
            models.CheckConstraint(
                condition=Q(status="active", unsubscribed_at=None)
                | Q(status="unsubscribed", unsubscribed_at__isnull=False),
                name="newsletter_subscriber_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creator", "-subscribed_at", "-id"],
                condition=Q(status="active"),
                name="newsletter_subscriber_newest",
            ),
            # The order in which a newsletter takes them up.
            models.Index(
                fields=["creator", "id"],
                condition=Q(status="active"),
                name="newsletter_subscriber_fill",
            ),
            models.Index(
                fields=["user", "-subscribed_at", "-id"],
                condition=Q(status="active"),
                name="newsletter_subscriber_own",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.creator_id} ({self.status})"


class DeliveryStatus(StatusChoices):
    """What became of a newsletter for one subscriber."""

    QUEUED = "queued", State("neutral", "clock", "Waiting")
    SENT = "sent", State("info", "send", "Sent")
    DELIVERED = "delivered", State("ok", "check", "Delivered")
    BOUNCED = "bounced", State("warn", "circle-alert", "Came back")
    COMPLAINED = "complained", State("warn", "flag", "Called spam")
    FAILED = "failed", State("danger", "circle-alert", "Not sent")
    SKIPPED = "skipped", State("neutral", "ban", "Left out")
    UNSUBSCRIBED = "unsubscribed", State("neutral", "x", "Ended by its reader")


class NewsletterDelivery(HasStatus, Row):
    """A newsletter for one subscriber, once (rule NEWS-3); its status follows that of its mail.

    ``email`` is empty once the mail was erased with its reader's account.
    """

    Status = DeliveryStatus

    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    subscriber = models.ForeignKey(NewsletterSubscriber, on_delete=models.PROTECT, related_name="+")
    email = models.OneToOneField(
        Email, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        max_length=12, choices=DeliveryStatus.choices, default=DeliveryStatus.QUEUED
    )

    class Meta:
        db_table = "newsletter_deliveries"
        verbose_name_plural = "newsletter deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "subscriber"], name="newsletter_delivery_once"
            ),
            listed("status", DeliveryStatus, name="newsletter_delivery_status"),
            *COUNTED,
        ]
        indexes = [
            models.Index(
                fields=["newsletter", "id"],
                condition=Q(status="failed"),
                name="newsletter_delivery_failed",
            ),
            models.Index(
                fields=["newsletter"],
                condition=Q(status="queued"),
                name="newsletter_delivery_queued",
            ),
            models.Index(fields=["status", "-id"], name="newsletter_delivery_status_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter_id} to {self.subscriber_id} ({self.status})"
