"""Reports of content, decisions about them, and appeals (rules MOD-1 to MOD-7).

All reports of one piece of content belong to one case; a decision closes those that wait.
"""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Sanction, User
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import refusal

LONGEST_DETAILS = 2_000
LONGEST_ADDRESS = 500
APPEAL_TIME = timedelta(days=14)
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


class DecisionAction(models.TextChoices):
    """What a moderator did (rules MOD-3, MOD-4)."""

    DISMISS = "dismiss", "Dismissed"
    REMOVE = "remove", "Removed"
    RESTORE = "restore", "Restored"
    WARN = "warn", "Warned"
    POSTING_BAN = "posting_ban", "Banned from posting"
    SUSPEND = "suspend", "Suspended"
    HANDLED = "handled", "Dealt with elsewhere"


SANCTIONS = (DecisionAction.POSTING_BAN, DecisionAction.SUSPEND)


class ModerationDecision(Row):
    """What one person decided about a case, with the reason that both sides are told (MOD-7)."""

    Action = DecisionAction

    case = models.ForeignKey(
        ModerationCase, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=11, choices=DecisionAction.choices)
    # The rule of ours that it rests on; empty where nothing was wrong.
    rule = models.CharField(max_length=14, choices=Reason.choices, blank=True)
    reason = models.TextField(max_length=LONGEST_DETAILS)
    target_user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    takes_out = models.BooleanField(default=False)
    # Of a sanction; empty where it stands until it is lifted.
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    sanction = models.ForeignKey(
        Sanction, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "moderation_actions"
        constraints = [
            listed("action", DecisionAction, name="decision_action"),
            models.CheckConstraint(
                condition=Q(rule__in=["", *Reason.values]), name="decision_rule"
            ),
            models.CheckConstraint(
                condition=Q(action__in=["posting_ban", "suspend"], sanction__isnull=False)
                | Q(
                    ~Q(action__in=["posting_ban", "suspend"]),
                    sanction__isnull=True,
                    days__isnull=True,
                ),
                name="decision_sanction",
            ),
            models.CheckConstraint(
                condition=~Q(actor=models.F("target_user")), name="decision_about_another"
            ),
            refusal(
                "decisions_stay",
                on="BEFORE UPDATE",
                message="a decision can not be edited",
                condition="(NEW.case_id, NEW.actor_id, NEW.action, NEW.rule, NEW.target_user_id,"
                " NEW.takes_out, NEW.days, NEW.sanction_id, NEW.created_at) IS DISTINCT FROM"
                " (OLD.case_id, OLD.actor_id, OLD.action, OLD.rule, OLD.target_user_id,"
                " OLD.takes_out, OLD.days, OLD.sanction_id, OLD.created_at)"
                " OR NEW.reason IS DISTINCT FROM OLD.reason AND NEW.reason <> '(removed)'",
            ),
            refusal(
                "decisions_are_kept", on="BEFORE DELETE", message="a decision can not be deleted"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-created_at", "-id"], name="decision_of_case"),
            models.Index(fields=["target_user", "-created_at", "-id"], name="decision_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.action} of {self.case_id}"

    @property
    def word(self) -> str:
        """What was done."""
        return str(DecisionAction(self.action).label)

    @property
    def rule_word(self) -> str:
        """The rule that it rests on, in words."""
        return str(Reason(self.rule).label) if self.rule else ""

    @property
    def removes_too(self) -> bool:
        """Whether the content went with a warning or sanction."""
        return self.takes_out and self.action != DecisionAction.REMOVE

    @property
    def is_against_author(self) -> bool:
        """Whether it took something from who wrote the content."""
        return self.action in (
            DecisionAction.REMOVE,
            DecisionAction.WARN,
            DecisionAction.POSTING_BAN,
            DecisionAction.SUSPEND,
        )


class AppealStatus(StatusChoices):
    """How it stands with an appeal."""

    WAITING = "waiting", State("warn", "hourglass", "Waiting")
    UPHELD = "upheld", State("neutral", "check", "Decision stands")
    REVERSED = "reversed", State("ok", "undo-2", "Decision reversed")


class AppealSide(models.TextChoices):
    """Who objects: the author to what was taken, the reporter to a dismissal."""

    AUTHOR = "author", "author"
    REPORTER = "reporter", "reporter"


class Appeal(HasStatus, Row):
    """An objection to one decision, decided by an admin who had no part in it (rule MOD-7)."""

    Status = AppealStatus
    TRANSITIONS: ClassVar = {
        AppealStatus.WAITING: {AppealStatus.UPHELD, AppealStatus.REVERSED},
        AppealStatus.UPHELD: set(),
        AppealStatus.REVERSED: set(),
    }

    decision = models.OneToOneField(
        ModerationDecision, on_delete=models.PROTECT, related_name="appeal"
    )
    side = models.CharField(max_length=8, choices=AppealSide.choices)
    # Of a reporter: their report. Without an account they have no ``user``.
    flag = models.ForeignKey(
        ContentFlag, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(max_length=LONGEST_DETAILS)
    status = models.CharField(
        max_length=8, choices=AppealStatus.choices, default=AppealStatus.WAITING
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=LONGEST_DETAILS, blank=True)

    class Meta:
        db_table = "appeals"
        constraints = [
            listed("status", AppealStatus, name="appeal_status"),
            listed("side", AppealSide, name="appeal_side"),
            models.CheckConstraint(
                condition=Q(side="author", flag__isnull=True, user__isnull=False)
                | Q(side="reporter", flag__isnull=False),
                name="appeal_of_reporter",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="waiting", decided_by__isnull=True, decided_at__isnull=True, answer=""
                )
                | Q(
                    ~Q(status="waiting"),
                    ~Q(answer=""),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="appeal_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                condition=Q(status="waiting"),
                name="appeal_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.decision_id}"
