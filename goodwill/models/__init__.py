"""Models of the goodwill app."""

from goodwill.models.account import GoodwillDay, GoodwillPair, Tier, UserGoodwill
from goodwill.models.movement import FROM_PEOPLE, GoodwillTransaction, Reason
from goodwill.models.ranking import Rank
from goodwill.models.referral import DeclinedAddress, Referral
from goodwill.models.reward import RewardClaim
from goodwill.models.summons import HelpSummons, HelpSwitch

__all__ = [
    "FROM_PEOPLE",
    "DeclinedAddress",
    "GoodwillDay",
    "GoodwillPair",
    "GoodwillTransaction",
    "HelpSummons",
    "HelpSwitch",
    "Rank",
    "Reason",
    "Referral",
    "RewardClaim",
    "Tier",
    "UserGoodwill",
]
