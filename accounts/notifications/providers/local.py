"""Mail for development and tests: stored in a table for /dev/mail, and as a file each."""

from contextlib import AbstractContextManager, nullcontext

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend as FileBackend

from accounts.models import LocalMail
from accounts.notifications.providers.base import EmailOptions
from accounts.notifications.providers.message import as_message
from peerloop.kit.providers import Unavailable


class LocalEmail:
    """Sends nothing: stores mails, which /dev/mail shows with working links."""

    most_in_batch = 1

    def held(self) -> AbstractContextManager[None]:
        """Nothing to keep open."""
        return nullcontext()

    def send_email(self, options: EmailOptions) -> str:
        """Store one mail; for a known key return the id of the stored one."""
        mail, is_new = LocalMail.objects.get_or_create(
            key=options.key,
            defaults={
                "to": options.to,
                "sender": options.sender,
                "subject": options.subject,
                "text": options.text,
                "html": options.html,
                "attachments": [file.name for file in options.attachments],
            },
        )
        if is_new:
            self._write(mail, options)
        return f"local-{mail.pk}"

    def send_batch(self, mails: list[EmailOptions]) -> list[str]:
        """Store several mails."""
        return [self.send_email(options) for options in mails]

    def _write(self, mail: LocalMail, options: EmailOptions) -> None:
        try:
            folder = MailFolder(f"{mail.created_at:%Y%m%d-%H%M%S}-{mail.pk}.eml")
            as_message(options, folder).send()
        except (OSError, ImproperlyConfigured) as error:
            mail.delete()
            raise Unavailable(f"the mail folder can't be written: {error}") from error


class MailFolder(FileBackend):
    """Django's backend, but with one file for each mail, which mail programs can open."""

    def __init__(self, name: str) -> None:
        super().__init__(file_path=str(settings.MAIL_DIR))
        self._fname = str(settings.MAIL_DIR / name)

    def write_message(self, message: EmailMessage) -> None:
        """The mail as it would be sent, without the separator line of a log."""
        self.stream.write(message.message().as_bytes())  # type: ignore[arg-type]
