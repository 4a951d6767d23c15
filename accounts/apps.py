"""The app of members: identity, profiles, notifications, files, audit log."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed

from peerloop.kit import clock


class AccountsConfig(AppConfig):
    """Connects signals, and in a demo the clock."""

    name = "accounts"
    verbose_name = "Members"

    def ready(self) -> None:
        """Say whose links are made at sending; let the clock read its demo offset."""
        from accounts.audit import events as security_events
        from accounts.identity.actions.address_change import confirm_link, undo_change_link
        from accounts.identity.actions.closure import undo_link
        from accounts.identity.actions.passwords import reset_link
        from accounts.identity.actions.verification import verification_link
        from accounts.identity.middleware import note_beginning
        from accounts.identity.reauthentication import note_sign_in_as_proof
        from accounts.notifications.mail.composing import with_secret

        user_logged_in.connect(note_beginning, dispatch_uid="accounts.note_beginning")
        user_logged_in.connect(security_events.signed_in, dispatch_uid="accounts.signed_in")
        user_login_failed.connect(security_events.failed, dispatch_uid="accounts.sign_in_failed")
        user_logged_in.connect(note_sign_in_as_proof, dispatch_uid="accounts.record_proof")
        with_secret("email-verification", verification_link)
        with_secret("password-reset", reset_link)
        with_secret("address-change", confirm_link)
        with_secret("address-changed", undo_change_link)
        with_secret("account-closed", undo_link)
        if settings.DEMO:
            from accounts.demo_clock import read_offset

            clock.use_offset(read_offset)
