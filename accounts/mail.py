"""From a row of the outbox to a mail that can be sent: texts, links, attachments."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from accounts.models import Email
from accounts.providers.base import Attachment, EmailOptions
from peerloop.kit.text import one_line

# What a template needs beside its context and must not lie in the database: links with secrets.
Secret = Callable[[Email, datetime], dict[str, Any]]
_secrets: dict[str, Secret] = {}


class NotWanted(Exception):
    """This mail is not to be sent, and why."""


def with_secret(template: str, maker: Secret) -> None:
    """Let a template's links be made when it is sent; the maker may raise NotWanted."""
    _secrets[template] = maker


def new_seed() -> str:
    """256 random bits from which a mail's link is made: without our key they open nothing."""
    return secrets.token_urlsafe(32)


def rendered(email: Email, *, at: datetime) -> EmailOptions:
    """The mail in full. Raises NotWanted, or Django's template errors.

    Rendering twice gives the same texts: a provider compares a repeated call with its first.
    """
    _check_address(email)
    values = {**email.context, **frame(email, at)}
    maker = _secrets.get(email.template)
    if maker is not None:
        values |= maker(email, at)
    name = f"mail/{email.template}"
    subject = one_line(_plain(f"{name}.subject.txt", values))
    ics = email.context.get("ics")
    attachments = (Attachment("invite.ics", "text/calendar", str(ics).encode()),) if ics else ()
    return EmailOptions(
        to=email.to,
        sender=settings.DEFAULT_FROM_EMAIL,
        subject=subject,
        text=_plain(f"{name}.txt", values).strip() + "\n",
        html=get_template(f"{name}.html").render({**values, "subject": subject}),
        key=f"mail/{email.pk}",
        tags={"type": email.template, "id": str(email.pk)},
        attachments=attachments,
    )


def frame(email: Email, at: datetime) -> dict[str, Any]:
    """What every mail template knows: the member, their zone, and where our pages are."""
    return {
        "base_url": settings.BASE_URL,
        "member": email.user,
        "viewer_zone": email.user.timezone if email.user else "",
        "written_at": email.created_at,
    }


def _check_address(email: Email) -> None:
    user = email.user
    if user is None:
        return
    if user.deleted_at is not None:
        raise NotWanted("account deleted")
    # A bounced address gets nothing until a new one is given (rule NOTE-5).
    if user.email_status == user.EmailStatus.BOUNCED and user.email == email.to:
        raise NotWanted("address bounced")


def _plain(template: str, values: dict[str, Any]) -> str:
    """Text, so nothing is escaped: a name with an ampersand stays as it is."""
    inner = get_template(template).template  # type: ignore[attr-defined]
    return str(inner.render(Context(values, autoescape=False)))
