"""From a row of the outbox to a mail that can be sent: texts, links, attachments."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from accounts.mail_classes import MailClass, rule_of
from accounts.models import Email
from accounts.preferences import wanting_mail
from accounts.providers.base import Attachment, EmailOptions
from accounts.unsubscribe import headers_of, unsubscribe_url
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
    _check_wish(email)
    values = {**email.context, **frame(email, at)}
    maker = _secrets.get(email.template)
    if maker is not None:
        values |= maker(email, at)
    name = f"mail/{email.template}"
    subject = one_line(_plain(f"{name}.subject.txt", values))
    url = values["unsubscribe_url"]
    ics = email.context.get("ics")
    attachments = (Attachment("invite.ics", "text/calendar", str(ics).encode()),) if ics else ()
    return EmailOptions(
        to=email.to,
        sender=settings.DEFAULT_FROM_EMAIL,
        subject=subject,
        text=_plain(f"{name}.txt", values).strip() + "\n" + _plain("mail/_foot.txt", values),
        html=get_template(f"{name}.html").render({**values, "subject": subject}),
        key=f"mail/{email.pk}",
        tags={"type": email.template, "id": str(email.pk)},
        attachments=attachments,
        headers=headers_of(url),
    )


def frame(email: Email, at: datetime) -> dict[str, Any]:
    """What every mail template knows: the member, their zone, and where our pages are."""
    return {
        "base_url": settings.BASE_URL,
        "member": email.user,
        "viewer_zone": email.user.timezone if email.user else "",
        "written_at": email.created_at,
        "unsubscribe_url": unsubscribe_url(email),
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


def _check_wish(email: Email) -> None:
    """They may have switched it off while it waited (rule NOTE-2)."""
    if email.user is None:
        if rule_of(email.template).mail_class == MailClass.MARKETING:
            raise NotWanted("marketing to an address without a member, who could not unsubscribe")
    elif not wanting_mail([email.user], template=email.template):
        raise NotWanted("switched off by the member")


def _plain(template: str, values: dict[str, Any]) -> str:
    """Text, so nothing is escaped: a name with an ampersand stays as it is."""
    inner = get_template(template).template  # type: ignore[attr-defined]
    return str(inner.render(Context(values, autoescape=False)))
