"""Reading the kept mails in tests."""

import re

from accounts.models import LocalMail
from accounts.notifications.outbox import delivery
from peerloop.kit import clock


def last_mail(to: str) -> LocalMail:
    """Deliver what waits; the newest mail to that address."""
    delivery.deliver_due(at=clock.now())
    return LocalMail.objects.filter(to=to).latest("created_at")


def mails_to(to: str) -> list[str]:
    """Deliver what waits; the subjects of all mails to that address, oldest first."""
    delivery.deliver_due(at=clock.now())
    return list(
        LocalMail.objects.filter(to=to).order_by("created_at").values_list("subject", flat=True)
    )


def link_in(mail: LocalMail) -> str:
    """The path of the link in a mail's text."""
    return re.search(r"http://localhost:8000(/\S+)", mail.text)[1]


def secret_in(mail: LocalMail) -> str:
    """The secret at the end of the link in a mail's text."""
    return link_in(mail).rsplit("/", 1)[1]
