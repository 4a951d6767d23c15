"""Rendering of mails, their preview, and unsubscribe links."""
