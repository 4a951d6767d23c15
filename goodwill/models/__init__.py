"""Models of the goodwill app."""

from goodwill.models.account import GoodwillDay, GoodwillPair, Tier, UserGoodwill
from goodwill.models.movement import FROM_PEOPLE, GoodwillTransaction, Reason
from goodwill.models.summons import HelpSummons, HelpSwitch

__all__ = [
    "FROM_PEOPLE",
    "GoodwillDay",
    "GoodwillPair",
    "GoodwillTransaction",
    "HelpSummons",
    "HelpSwitch",
    "Reason",
    "Tier",
    "UserGoodwill",
]
