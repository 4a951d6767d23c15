"""A mail in the standard library's shape, for the adapters that need one."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.utils import timezone

from accounts.notifications.providers.base import EmailOptions


def as_message(options: EmailOptions) -> EmailMessage:
    """Text and HTML side by side, attachments after; line breaks can't get into a header."""
    message = EmailMessage()
    message["Subject"] = options.subject
    name, address = parseaddr(options.sender)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = Address(addr_spec=options.to)
    message["Date"] = format_datetime(timezone.now())
    message["X-Entity-Ref-ID"] = options.key
    for name, value in options.headers.items():
        message[name] = value
    message.set_content(options.text)
    message.add_alternative(options.html, subtype="html")
    for file in options.attachments:
        main, _, sub = file.kind.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message
