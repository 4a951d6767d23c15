"""Mail over SMTP, by Django's own backend and its EMAIL_* settings."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.mail import get_connection

from accounts.notifications.providers.base import EmailOptions
from accounts.notifications.providers.message import as_message
from peerloop.kit.providers import Rejected, Unavailable

# For each answer of the server; a whole mail has to stay below outbox.rows.LEASE.
TIMEOUT_SECONDS = 8
BACKEND = "django.core.mail.backends.smtp.EmailBackend"

# The open connection, of this thread or task only.
_kept: ContextVar[Any] = ContextVar("smtp_connection", default=None)


class SmtpEmail:
    """SMTP has no idempotency: after a lost answer a mail may be sent twice, but never lost."""

    most_in_batch = 1

    @contextmanager
    def held(self) -> Iterator[None]:
        """One connection for all mails of the block, made with the first of them."""
        if _kept.get() is not None:
            yield
            return
        connection = get_connection(BACKEND, timeout=TIMEOUT_SECONDS)
        token = _kept.set(connection)
        try:
            yield
        finally:
            _kept.reset(token)
            _close(connection)

    def send_email(self, options: EmailOptions) -> str:
        """Send one mail to the server; its id is our key."""
        with self.held():
            connection = _kept.get()
            # Does nothing on a connection that is open.
            _try(connection, connection.open)
            _try(connection, as_message(options, connection).send)
        return f"smtp-{options.key}"

    def send_batch(self, mails: list[EmailOptions]) -> list[str]:
        """One after the other over one connection: those before a failure are sent."""
        with self.held():
            return [self.send_email(options) for options in mails]


def _try(connection: Any, act: Any) -> None:
    """Run it; raises Unavailable or Rejected. After an error the connection is closed."""
    try:
        act()
    except smtplib.SMTPRecipientsRefused as error:
        _close(connection)
        codes = [code for code, _ in error.recipients.values()]
        if all(500 <= code < 600 for code in codes):
            raise Rejected("the server refused the recipient", code=str(codes[0])) from error
        raise Unavailable("the server refused the recipient for now") from error
    except smtplib.SMTPResponseException as error:
        _close(connection)
        # A wrong password has to be fixed by an operator; the mails wait.
        is_final = 500 <= error.smtp_code < 600
        is_final &= not isinstance(error, smtplib.SMTPAuthenticationError)
        kind = Rejected if is_final else Unavailable
        raise kind("the server refused the mail", code=str(error.smtp_code)) from error
    except (smtplib.SMTPException, OSError) as error:
        _close(connection)
        raise Unavailable(f"no mail server: {type(error).__name__}") from error


def _close(connection: Any) -> None:
    """Close it, also when the server is gone."""
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        connection.connection = None
