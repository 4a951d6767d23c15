"""Rewards that members claim for a tier (rule TIER-2)."""

from collections.abc import Mapping, Set
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from goodwill.models.account import TIERS, Tier
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.statements import statement
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import Trigger, transitions

# The badge of the first tier is worn without asking.
CLAIMABLE = (Tier.TRUSTED_HELPER, Tier.MENTOR, Tier.CHAMPION)


class RewardStatus(StatusChoices):
    """What became of a claim."""

    CLAIMED = "claimed", State("info", "clock", "Claimed")
    GIVEN = "given", State("ok", "circle-check", "Given")
    DECLINED = "declined", State("neutral", "ban", "Declined")


TRANSITIONS: Mapping[str, Set[str]] = {
    RewardStatus.CLAIMED: {RewardStatus.GIVEN, RewardStatus.DECLINED},
    RewardStatus.GIVEN: set(),
    RewardStatus.DECLINED: set(),
}
POINTS = " ".join(f"WHEN '{tier.value}' THEN {TIERS[tier]}" for tier in CLAIMABLE)


class RewardClaim(HasStatus, Row):
    """A member's claim of the reward of a tier, once for each; an admin gives it with a word.

    ``answer``: what the admin wrote to the member.
    """

    Status = RewardStatus
    TRANSITIONS: ClassVar = TRANSITIONS

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    tier = models.CharField(max_length=16, choices=Tier.choices)
    status = models.CharField(
        max_length=8, choices=RewardStatus.choices, default=RewardStatus.CLAIMED
    )
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "reward_claims"
        constraints = [
            models.UniqueConstraint(fields=["user", "tier"], name="reward_once"),
            models.CheckConstraint(condition=Q(tier__in=CLAIMABLE), name="reward_tier"),
            models.CheckConstraint(
                condition=Q(status="claimed", decided_by=None, decided_at=None, answer="")
                | Q(
                    ~Q(status="claimed"),
                    ~Q(answer=""),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="reward_decided",
            ),
            listed("status", RewardStatus, name="reward_status"),
            transitions("reward_transitions", TRANSITIONS, what="a claim"),
            # What was earned never becomes less: it need not be looked at again.
            Trigger(
                name="reward_is_earned",
                on="BEFORE INSERT",
                body=statement(
                    """
                    IF NOT EXISTS (SELECT 1 FROM user_goodwill WHERE user_id = NEW.user_id
                        AND total_earned >= CASE NEW.tier {points} END) THEN
                        RAISE EXCEPTION 'the tier of a reward is reached before it is claimed'
                            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                    END IF;
                    RETURN NEW;
                """,
                    points=POINTS,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(status="claimed"), name="reward_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} claims the reward of {self.tier}"

    @property
    def tier_name(self) -> str:
        """The tier in words."""
        return str(Tier(self.tier).label)
