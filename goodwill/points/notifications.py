"""Notifications about points."""

from functools import partial

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Sample

SAMPLE = Sample(
    {"name": "Sam Student", "points": 15, "why": "Helped when called", "tier": "Mentor"}
)
about_points = partial(Kind, page="goodwill", word="goodwill", group=Group.GOODWILL, sample=SAMPLE)

POINTS_GIVEN = about_points("points-given", "{name} gave you {points} points", "{why}")
POINTS_EARNED = about_points("points-earned", "You earned {points} points", "{why}")
TIER_REACHED = about_points(
    "tier-reached", "You are a {tier} now", "Your help adds up to {points} points."
)
POINTS_CORRECTED = about_points(
    "points-corrected", "An administrator corrected your goodwill by {points} points", "{why}"
)
