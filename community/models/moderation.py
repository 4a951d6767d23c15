"""Reports of content, and their cases (rules MOD-1 to MOD-3).

All reports of one piece of content belong to one case; a decision closes those that wait.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices

LONGEST_DETAILS = 2_000
LONGEST_ADDRESS = 500
FLAGGERS_THAT_HIDE = 3
REMOVED = "(removed)"


class Reason(models.TextChoices):
    """Why something is reported, and which rule a decision rests on (rule MOD-1)."""

    SPAM = "spam", "Spam or advertising"
    HARASSMENT = "harassment", "Harassment or threats"
    INAPPROPRIATE = "inappropriate", "Hateful, sexual or out of place"
    MISINFORMATION = "misinformation", "False information"
    OTHER = "other", "Something else"


class Target(models.TextChoices):
    """What is reported. A page is whatever else has an address."""

    POST = "post", "Post"
    REPLY = "reply", "Reply"
    PROFILE = "profile", "Profile"
    MESSAGE = "message", "Message"
    REVIEW = "review", "Review"
    ANSWER = "answer", "Review answer"
    PAGE = "page", "Page"


class Priority(models.IntegerChoices):
    """What is looked at first (rule MOD-2)."""

    NORMAL = 1, "Normal"
    HIGH = 2, "High"
    URGENT = 3, "Urgent"


class CaseStatus(StatusChoices):
    """Whether somebody has to decide (rule MOD-3)."""

    PENDING = "pending", State("warn", "hourglass", "Waiting")
    DISMISSED = "dismissed", State("ok", "check", "Dismissed")
    ACTIONED = "actioned", State("neutral", "ban", "Acted on")


class ModerationCase(HasStatus, Row):
    """One piece of content that was reported, and how it stands with it.

    ``pending_since`` is when the oldest report came that waits for a decision.
    """

    Status = CaseStatus
    TRANSITIONS: ClassVar = {
        CaseStatus.PENDING: {CaseStatus.DISMISSED, CaseStatus.ACTIONED},
        CaseStatus.DISMISSED: {CaseStatus.PENDING},
        CaseStatus.ACTIONED: {CaseStatus.PENDING, CaseStatus.DISMISSED},
    }

    target_type = models.CharField(max_length=7, choices=Target.choices)
    # A row of any app; for a page its path instead.
    target_id = models.UUIDField(null=True, blank=True)
    address = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # The community that it belongs to; both are empty outside of one.
    scope_course = models.ForeignKey(
        "catalog.Course", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    scope_creator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    status = models.CharField(max_length=9, choices=CaseStatus.choices, default=CaseStatus.PENDING)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    pending_since = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    # When so many members reported it that it was hidden until somebody looked.
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "moderation_cases"
        constraints = [
            listed("target_type", Target, name="case_target_type"),
            listed("status", CaseStatus, name="case_status"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="case_priority"),
            models.CheckConstraint(
                condition=Q(target_type="page", target_id=None) & ~Q(address="")
                | Q(
                    ~Q(target_type="page"),
                    target_id__isnull=False,
                    author__isnull=False,
                    address="",
                ),
                name="case_target",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at=None)
                | Q(~Q(status="pending"), decided_at__isnull=False),
                name="case_decided",
            ),
            models.UniqueConstraint(fields=["target_type", "target_id"], name="case_once"),
            models.UniqueConstraint(
                fields=["address"], condition=Q(target_type="page"), name="case_page_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "pending_since", "id"],
                condition=Q(status="pending"),
                name="case_waiting",
            ),
            models.Index(
                fields=["scope_creator", "-priority", "pending_since", "id"],
                condition=Q(status="pending"),
                name="case_waiting_in_scope",
            ),
            models.Index(
                fields=["-decided_at", "-id"],
                condition=Q(decided_at__isnull=False),
                name="case_decided_newest",
            ),
            models.Index(
                fields=["scope_creator", "-decided_at", "-id"],
                condition=Q(decided_at__isnull=False),
                name="case_decided_in_scope",
            ),
            models.Index(fields=["author", "-created_at", "-id"], name="case_of_author"),
        ]

    def __str__(self) -> str:
        return f"reported {self.target_type} {self.target_id or self.address}"

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to decide."""
        return self.status == CaseStatus.PENDING

    @property
    def is_urgent(self) -> bool:
        """Whether it is to be looked at before all others."""
        return self.priority == Priority.URGENT

    @property
    def is_high(self) -> bool:
        """Whether it is to be looked at before most others."""
        return self.priority == Priority.HIGH

    @property
    def noun(self) -> str:
        """What sentences call it."""
        return str(Target(self.target_type).label).lower()


class ContentFlag(Row):
    """One report: of a member, or of somebody without an account who left an address (DSA 16)."""

    case = models.ForeignKey(
        ModerationCase, on_delete=models.PROTECT, related_name="flags", db_index=False
    )
    flagger = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reporter_name = models.CharField(max_length=100, blank=True)
    reporter_email = models.EmailField(max_length=254, blank=True)
    reason = models.CharField(max_length=14, choices=Reason.choices)
    details = models.TextField(max_length=LONGEST_DETAILS, blank=True)
    # What it said at that moment: {"place", "lines": [{"person", "name", "text", "at"}]}.
    snapshot = models.JSONField(default=dict)
    emptied_at = models.DateTimeField(null=True, blank=True)
    # Empty while it waits.
    decision = models.ForeignKey(
        "ModerationDecision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="flags",
    )

    class Meta:
        db_table = "content_flags"
        constraints = [
            listed("reason", Reason, name="flag_reason"),
            models.UniqueConstraint(fields=["case", "flagger"], name="flag_once"),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(details=""), name="flag_other_says_why"
            ),
            models.CheckConstraint(
                condition=Q(flagger=None) | Q(reporter_name="", reporter_email=""),
                name="flag_of_one_person",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "created_at", "id"], name="flag_oldest"),
            models.Index(fields=["flagger", "-created_at", "-id"], name="flag_of_member"),
            models.Index(fields=["created_at"], condition=Q(emptied_at=None), name="flag_to_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} report of {self.case_id}"

    @property
    def is_of_outsider(self) -> bool:
        """Whether somebody without an account sent it."""
        return self.flagger_id is None

    @property
    def reason_word(self) -> str:
        """Why, in words."""
        return str(Reason(self.reason).label)
