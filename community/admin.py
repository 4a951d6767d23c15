"""The admin site of community: the pages of each subject."""

from community.moderators import admin as moderators

__all__ = ["moderators"]
