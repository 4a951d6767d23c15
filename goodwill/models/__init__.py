"""Models of the goodwill app."""

from goodwill.models.account import GoodwillDay, GoodwillPair, Tier, UserGoodwill
from goodwill.models.movement import FROM_PEOPLE, GoodwillTransaction, Reason

__all__ = [
    "FROM_PEOPLE",
    "GoodwillDay",
    "GoodwillPair",
    "GoodwillTransaction",
    "Reason",
    "Tier",
    "UserGoodwill",
]
