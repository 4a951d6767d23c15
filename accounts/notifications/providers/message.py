"""A mail in Django's shape, for the adapters that send through Django's e-mail backends."""

from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.core.mail import EmailMultiAlternatives

from accounts.notifications.providers.base import Attachment, EmailOptions


def as_message(options: EmailOptions, connection: Any = None) -> EmailMultiAlternatives:
    """Text and HTML side by side, attachments after. ``connection`` is an open e-mail backend."""
    message = EmailMultiAlternatives(
        subject=options.subject,
        body=options.text,
        from_email=options.sender,
        to=[options.to],
        alternatives=[(options.html, "text/html")],
        headers={"X-Entity-Ref-ID": options.key, **options.headers},
        connection=connection,
    )
    for file in options.attachments:
        message.attach(_part(file))
    return message


def _part(file: Attachment) -> MIMEBase:
    """The file with all parameters of its kind, which ``attach`` would take for its subtype."""
    main, _, sub = file.kind.partition(";")[0].partition("/")
    part = MIMEBase(main, sub)
    part.replace_header("Content-Type", file.kind)
    part.set_payload(file.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part
