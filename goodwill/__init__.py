"""Goodwill: points, summons, helpers. The layer above community."""
