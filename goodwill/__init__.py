"""Goodwill: points, summons, helpers. The floor above community; its rooms follow."""
