"""A mail in Django's shape, for the adapters that send through Django's e-mail backends."""

from email.encoders import encode_base64
from email.message import Message
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
    kind = Message()
    kind["Content-Type"] = file.kind
    parameters = dict(kind.get_params(failobj=[])[1:])
    part = MIMEBase(kind.get_content_maintype(), kind.get_content_subtype(), **parameters)
    part.set_payload(file.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part
