"""Questions that visitors and members ask the creator of a course before they enroll (CAT-11)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from catalog.models.course import Course
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices

SHORTEST_QUESTION, LONGEST_TEXT = 20, 2_000
LONGEST_NAME = 100


class InquiryStatus(StatusChoices):
    """Where a question stands."""

    OPEN = "open", State("accent", "inbox", "Waits for you")
    ANSWERED = "answered", State("ok", "check", "Answered")
    CLOSED = "closed", State("neutral", "folder", "Closed")
    SPAM = "spam", State("neutral", "ban", "Spam")


class Side(models.TextChoices):
    """Who wrote a message."""

    ASKER = "asker"
    CREATOR = "creator"


class Inquiry(HasStatus, Row):
    """A question to a creator: of a member, or of who left a name and an address."""

    Status = InquiryStatus
    TRANSITIONS: ClassVar = {
        InquiryStatus.OPEN: {InquiryStatus.ANSWERED, InquiryStatus.CLOSED, InquiryStatus.SPAM},
        InquiryStatus.ANSWERED: {InquiryStatus.OPEN, InquiryStatus.CLOSED, InquiryStatus.SPAM},
        InquiryStatus.CLOSED: {InquiryStatus.OPEN, InquiryStatus.ANSWERED, InquiryStatus.SPAM},
        InquiryStatus.SPAM: {InquiryStatus.OPEN},
    }

    creator = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(
        Course, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    status = models.CharField(
        max_length=8, choices=InquiryStatus.choices, default=InquiryStatus.OPEN
    )
    latest_at = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True, blank=True)
    converted_at = models.DateTimeField(null=True, blank=True)
    # An enrollment belongs to a higher layer: its id alone.
    enrollment_id = models.UUIDField(null=True, blank=True)

    is_open = Is("status", InquiryStatus.OPEN)
    is_answered = Is("status", InquiryStatus.ANSWERED)
    is_closed = Is("status", InquiryStatus.CLOSED)
    is_spam = Is("status", InquiryStatus.SPAM)

    class Meta:
        db_table = "inquiries"
        verbose_name_plural = "inquiries"
        constraints = [
            listed("status", InquiryStatus, name="inquiry_status"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, email="", name="") | Q(user=None) & ~Q(name=""),
                name="inquiry_of_member_or_named",
            ),
            models.CheckConstraint(
                condition=Q(converted_at=None, enrollment_id=None)
                | Q(converted_at__isnull=False, enrollment_id__isnull=False),
                name="inquiry_converted_by_enrollment",
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(first_answered_at__isnull=False),
                name="inquiry_answered_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creator", "latest_at", "id"],
                condition=Q(status="open"),
                name="inquiry_open",
            ),
            models.Index(
                F("creator"), F("latest_at").desc(), F("id").desc(), name="inquiry_latest"
            ),
            models.Index(
                fields=["email", "created_at"], condition=~Q(email=""), name="inquiry_address"
            ),
            models.Index(
                fields=["user", "created_at"],
                condition=Q(user__isnull=False),
                name="inquiry_member",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def asker(self) -> str:
        """The name of who asked."""
        return self.user.name if self.user else self.name

    @property
    def subject(self) -> str:
        """What it is about: the title of the course."""
        return self.course.title if self.course else "a course"


class InquiryMessage(Row):
    """One text of a question: what was asked, an answer, a question again."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="messages")
    side = models.CharField(max_length=7, choices=Side.choices)
    body = models.TextField(max_length=LONGEST_TEXT)

    is_answer = Is("side", Side.CREATOR)

    class Meta:
        db_table = "inquiry_messages"
        constraints = [
            listed("side", Side, name="inquiry_message_side"),
            models.CheckConstraint(
                condition=~Q(body="") & Q(body__length__lte=LONGEST_TEXT),
                name="inquiry_message_length",
            ),
        ]
        indexes = [models.Index(fields=["inquiry", "created_at"], name="inquiry_messages_in_order")]

    def __str__(self) -> str:
        return f"message of {self.inquiry_id}"
