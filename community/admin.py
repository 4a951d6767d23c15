"""The admin site of community: the pages of each subject."""

from community.feeds import admin as feeds
from community.moderation import admin as moderation
from community.moderators import admin as moderators
from community.newsletters import admin as newsletters

__all__ = ["feeds", "moderation", "moderators", "newsletters"]
