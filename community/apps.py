"""Community: who may read a creator's feed. Feeds and messages will follow."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The community app."""

    name = "community"
