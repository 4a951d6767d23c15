"""The admin site of goodwill."""

from goodwill.summons import admin as summons

__all__ = ["summons"]
