"""Community: who belongs to a creator's circle; feeds and messages come to live here."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The community app."""

    name = "community"
