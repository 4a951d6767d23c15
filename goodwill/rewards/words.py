"""What each tier is rewarded with, in words (rule TIER-2)."""

from typing import NamedTuple

from goodwill.models import Tier


class Reward(NamedTuple):
    """A reward, and what happens to get it."""

    what: str
    about: str


REWARDS: dict[Tier, Reward] = {
    Tier.COMMUNITY_HELPER: Reward(
        "A badge", "It stands on your profile, and changes with your tier."
    ),
    Tier.TRUSTED_HELPER: Reward(
        "10 % of one course",
        "Once, for a course that you choose. PeerLoop pays it from its own share: creators and"
        " teachers get theirs in full.",
    ),
    Tier.MENTOR: Reward(
        "A free session with a creator", "With a creator who is willing; we ask them for you."
    ),
    Tier.CHAMPION: Reward(
        "5 % on top of your teaching share",
        "For what you earn by teaching. PeerLoop pays it from its own share.",
    ),
}
