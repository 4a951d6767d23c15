"""Mail for development and tests: kept in a table for /dev/mail, and as a file each."""

from contextlib import AbstractContextManager, nullcontext
from email.message import EmailMessage
from email.policy import SMTP

from django.conf import settings

from accounts.models import LocalMail
from accounts.notifications.providers.base import EmailOptions
from accounts.notifications.providers.message import as_message
from peerloop.kit.providers import Unavailable


class LocalEmail:
    """Sends nothing anywhere. What it keeps it shows at /dev/mail, where links work."""

    most_in_batch = 1

    def held(self) -> AbstractContextManager[None]:
        """Nothing to keep open."""
        return nullcontext()

    def send_email(self, options: EmailOptions) -> str:
        """Keep one mail; under a known key, the id of the one that is kept."""
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
            self._write(mail, as_message(options))
        return f"local-{mail.pk}"

    def send_batch(self, mails: list[EmailOptions]) -> list[str]:
        """Keep several."""
        return [self.send_email(options) for options in mails]

    def _write(self, mail: LocalMail, message: EmailMessage) -> None:
        stamp = f"{mail.created_at:%Y%m%d-%H%M%S}"
        name = f"{stamp}-{mail.pk}.eml"
        try:
            settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)
            (settings.MAIL_DIR / name).write_bytes(message.as_bytes(policy=SMTP))
        except OSError as error:
            mail.delete()
            raise Unavailable(f"the mail folder can't be written: {error}") from error
