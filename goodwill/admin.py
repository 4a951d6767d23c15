"""The admin site of goodwill."""

from goodwill.points import admin as points
from goodwill.referrals import admin as referrals
from goodwill.rewards import admin as rewards
from goodwill.summons import admin as summons

__all__ = ["points", "referrals", "rewards", "summons"]
