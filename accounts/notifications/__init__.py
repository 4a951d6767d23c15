"""Telling members: notifications in the app, the outbox of mails, e-mail providers."""
