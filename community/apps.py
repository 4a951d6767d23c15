"""Community: feeds, messages, and who keeps order in them."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The community app."""

    name = "community"

    def ready(self) -> None:
        """Say whose links are made at sending."""
        from accounts.notifications.mail.composing import with_secret
        from community.moderators.actions.inviting import invite_link

        with_secret("moderator-invite", invite_link)
