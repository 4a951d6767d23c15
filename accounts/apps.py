"""Members: identity, profiles, notices, mail, the log of privileged acts."""

from django.apps import AppConfig
from django.conf import settings

from peerloop.kit import clock


class AccountsConfig(AppConfig):
    """In a demo, the clock's offset is a row of this app."""

    name = "accounts"

    def ready(self) -> None:
        """Let the clock read its demo offset."""
        if settings.DEMO:
            from accounts.demo_clock import read_offset

            clock.use_offset(read_offset)
