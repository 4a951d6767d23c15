"""Rewards for tiers, behind the setting ``GOODWILL_REWARDS`` (rule TIER-2)."""
