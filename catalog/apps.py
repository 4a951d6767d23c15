"""Catalog: courses, their categories and the search."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog app."""

    name = "catalog"

    def ready(self) -> None:
        """Say whose links are made at sending."""
        from accounts.notifications.mail.composing import with_secret
        from catalog.inquiries import links
        from catalog.inquiries.notifications import ANSWERED_MAIL, RECEIVED

        with_secret(RECEIVED.name, links.reply_link)
        with_secret(ANSWERED_MAIL.template, links.answer_link)
