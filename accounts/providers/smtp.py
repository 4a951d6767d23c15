"""Mail over SMTP, by Django's own backend and its EMAIL_* settings."""

import smtplib

from django.core.mail import EmailMultiAlternatives, get_connection

from accounts.providers.base import EmailOptions
from peerloop.kit.providers import Rejected, Unavailable

TIMEOUT_SECONDS = 15


class SmtpEmail:
    """SMTP knows no idempotency: after a lost answer a mail may come twice, never not at all."""

    most_in_batch = 1

    def send_email(self, options: EmailOptions) -> str:
        """Hand one mail to the server; our own key is its id."""
        message = EmailMultiAlternatives(
            subject=options.subject,
            body=options.text,
            from_email=options.sender,
            to=[options.to],
            alternatives=[(options.html, "text/html")],
            headers={"X-Entity-Ref-ID": options.key, **options.headers},
            connection=get_connection(
                "django.core.mail.backends.smtp.EmailBackend", timeout=TIMEOUT_SECONDS
            ),
        )
        for file in options.attachments:
            message.attach(file.name, file.content, file.kind)
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(500 <= code < 600 for code in codes):
                raise Rejected("the server refused the recipient", code=str(codes[0])) from error
            raise Unavailable("the server refused the recipient for now") from error
        except smtplib.SMTPResponseException as error:
            kind = Rejected if 500 <= error.smtp_code < 600 else Unavailable
            raise kind("the server refused the mail", code=str(error.smtp_code)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"no mail server: {type(error).__name__}") from error
        return f"smtp-{options.key}"

    def send_batch(self, mails: list[EmailOptions]) -> list[str]:
        """One after the other: SMTP has no batches, so those before a failure are sent."""
        return [self.send_email(options) for options in mails]
