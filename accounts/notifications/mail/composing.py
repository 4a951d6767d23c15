"""Renders a row of the outbox as a mail: texts, links, attachments."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from accounts.models import Email, Notification
from accounts.notifications.kinds import mail_of
from accounts.notifications.mail.sources import (
    has_source,
    told_by_sources,
    unwanted_by_sources,
)
from accounts.notifications.mail.unsubscribe import headers_of, unsubscribe_url
from accounts.notifications.preferences import wanting_mail
from accounts.notifications.providers.base import Attachment, EmailOptions
from peerloop.kit.headers import calendar_type
from peerloop.kit.text import ISOLATES, isolated_values, one_line

# What a template needs beside its context and must not lie in the database: links with secrets.
Secret = Callable[[Email, datetime], dict[str, Any]]
_secrets: dict[str, Secret] = {}


# In a mail's context: the id of the notification of its bundle.
BUNDLE = "bundle"
# What would end a name in a header too early.
NOT_IN_NAMES = str.maketrans("", "", '"\\<>')
# No mail of ours is answered by a machine, such as a note of absence (RFC 3834, 5).
AUTOMATIC = {"Auto-Submitted": "auto-generated"}


class NotWanted(Exception):
    """The mail is not to be sent, with the reason."""


def with_secret(template: str, maker: Secret) -> None:
    """Register the function that makes a template's links at sending; it may raise NotWanted."""
    _secrets[template] = maker


def new_seed() -> str:
    """256 random bits from which a mail's link is made: without our key they open nothing."""
    return secrets.token_urlsafe(32)


def templates_with_secrets() -> list[str]:
    """Templates whose links are made at sending; such mails are not batched."""
    return list(_secrets)


def rendered(
    email: Email,
    *,
    at: datetime,
    is_checked: bool = False,
    told: Mapping[UUID, dict[str, Any]] | None = None,
) -> EmailOptions:
    """The mail in full. Raises NotWanted (unless ``is_checked``), or Django's template errors.

    ``told``: what the sources of a batch said of its mails, so that they are asked once.

    Rendering twice gives the same texts: a provider compares a repeated call with its first.
    """
    if not is_checked and (reasons := unwanted([email])):
        raise NotWanted(reasons[email.pk])
    values = {**email.context, **frame(email)}
    if has_source(email.template):
        # LookupError for a mail whose words are gone: it fails alone.
        values |= (told_by_sources([email]) if told is None else told)[email.pk]
    maker = _secrets.get(email.template)
    if maker is not None:
        values |= maker(email, at)
    return composed(email, values)


def composed(email: Email, values: dict[str, Any]) -> EmailOptions:
    """Both parts, subject, headers and files, of values that are complete."""
    name = f"mail/{email.template}"
    sender = sender_of(str(values.get("sender", "")))
    # Names and titles of members stand in every sentence: each is isolated here, for all templates.
    values = isolated_values(values)
    subject = one_line(_plain(f"{name}.subject.txt", values), keep=ISOLATES)
    url = values["unsubscribe_url"]
    return EmailOptions(
        to=email.to,
        sender=sender,
        subject=subject,
        text=_plain(f"{name}.txt", values).strip() + "\n" + _plain("mail/_foot.txt", values),
        html=get_template(f"{name}.html").render({**values, "subject": subject}),
        key=_key(email),
        tags={"type": email.template, "id": str(email.pk)},
        attachments=_files(email),
        headers={**AUTOMATIC, **headers_of(url)},
    )


def sender_of(name: str) -> str:
    """Our address; before it the name of the member who wrote the mail, if one did.

    The address stays ours, so that nobody learns the member's, and it passes as ours (DMARC).
    """
    own, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    # A name that looks like an address would be taken for the sender's.
    shown = one_line(name.replace("@", " at ").translate(NOT_IN_NAMES))
    if not shown:
        return str(settings.DEFAULT_FROM_EMAIL)
    return f'"{shown} via {own or "PeerLoop"}" <{address}>'


def _files(email: Email) -> tuple[Attachment, ...]:
    ics = str(email.context.get("ics") or "")
    return (Attachment("invite.ics", calendar_type(ics), ics.encode()),) if ics else ()


def _key(email: Email) -> str:
    """One key for all tries of a mail; a new one after the provider accepted and lost it."""
    return f"mail/{email.pk}/{email.provider_id}"[:256] if email.provider_id else f"mail/{email.pk}"


def frame(email: Email) -> dict[str, Any]:
    """What every mail template knows: the member, their zone, and where our pages are."""
    return {
        "base_url": settings.BASE_URL,
        "member": email.user,
        "viewer_zone": email.user.timezone if email.user else "",
        "written_at": email.created_at,
        "unsubscribe_url": unsubscribe_url(email),
    }


def unwanted(emails: list[Email]) -> dict[UUID, str]:
    """Mails that are not to be sent, with the reason.

    At most one query for each template, and those of its source.
    """
    reasons = {email.pk: reason for email in emails if (reason := _undeliverable(email))}
    reasons |= _read_meanwhile([email for email in emails if email.pk not in reasons])
    by_template: dict[str, list[Email]] = defaultdict(list)
    for email in emails:
        if email.user is not None and email.pk not in reasons:
            by_template[email.template].append(email)
    for template, mails in by_template.items():
        people = [email.user for email in mails if email.user is not None]
        wanting = {person.pk for person in wanting_mail(people, mail=mail_of(template))}
        # They may have switched it off while it waited (rule NOTE-2).
        reasons |= {
            email.pk: "switched off by the member"
            for email in mails
            if email.user_id not in wanting
        }
    still = [email for email in emails if email.pk not in reasons]
    return reasons | unwanted_by_sources(still)


def _read_meanwhile(emails: list[Email]) -> dict[UUID, str]:
    """Mails of bundles that were read meanwhile (rule NOTE-4): at most one query."""
    about = {email.pk: email.context[BUNDLE] for email in emails if email.context.get(BUNDLE)}
    if not about:
        return {}
    rows = Notification.objects.unread().filter(pk__in=set(about.values()))
    unread = {str(pk) for pk in rows.values_list("pk", flat=True)}
    return {pk: "read meanwhile" for pk, one in about.items() if one not in unread}


def _undeliverable(email: Email) -> str:
    user = email.user
    if user is None:
        is_endless = mail_of(email.template).is_marketing and not email.context.get("ending")
        return "marketing to who has no way to end it" if is_endless else ""
    if user.deleted_at is not None:
        return "account deleted"
    # A bounced address gets nothing until a new one is given (rule NOTE-5).
    if user.email_status == user.EmailStatus.BOUNCED and user.email == email.to:
        return "address bounced"
    return ""


def _plain(template: str, values: dict[str, Any]) -> str:
    """Text, so nothing is escaped: a name with an ampersand stays as it is."""
    inner = get_template(template).template  # type: ignore[attr-defined]
    return str(inner.render(Context(values, autoescape=False)))
