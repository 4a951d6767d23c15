"""The rewards of a member: reached, claimed, given."""

from dataclasses import dataclass

from accounts.models import User
from goodwill.models import RewardClaim, Tier
from goodwill.models.account import TIERS
from goodwill.models.reward import CLAIMABLE
from goodwill.points.queries import sums_of
from goodwill.rewards.words import REWARDS, Reward


@dataclass(frozen=True, slots=True)
class RewardShown:
    """A reward as its member sees it."""

    tier: Tier
    reward: Reward
    points: int
    is_reached: bool
    claim: RewardClaim | None

    @property
    def tier_name(self) -> str:
        """The tier in words."""
        return str(self.tier.label)

    @property
    def may_be_claimed(self) -> bool:
        """Whether there is something to ask for."""
        return self.is_reached and self.claim is None and self.tier in CLAIMABLE


def rewards_of(user: User) -> list[RewardShown]:
    """All rewards in the order of their tiers. Two statements."""
    earned = sums_of(user).total_earned
    claims = {claim.tier: claim for claim in RewardClaim.objects.filter(user=user)}
    return [
        RewardShown(tier, reward, TIERS[tier], earned >= TIERS[tier], claims.get(tier))
        for tier, reward in REWARDS.items()
    ]
