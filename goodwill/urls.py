"""URLs of the goodwill app."""

from goodwill.points import urls as points
from goodwill.promotions import urls as promotions
from goodwill.referrals import urls as referrals
from goodwill.rewards import urls as rewards
from goodwill.summons import urls as summons

pages = [*points.pages, *promotions.pages, *referrals.pages, *rewards.pages, *summons.pages]
api = [*points.api, *promotions.api, *summons.api]
