"""A mail in Django's shape, for the adapters that send through Django's e-mail backends."""

from typing import Any

from django.core.mail import EmailMultiAlternatives

from accounts.notifications.providers.base import EmailOptions


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
        message.attach(file.name, file.content, file.kind)
    return message
