"""Decisions of moderators, and appeals against them (rules MOD-3, MOD-4, MOD-7)."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Sanction, User
from community.models.moderation import LONGEST_DETAILS, ContentFlag, ModerationCase, Reason
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import refusal

APPEAL_TIME = timedelta(days=14)


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
