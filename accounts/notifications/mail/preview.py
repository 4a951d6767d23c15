"""Every mail as it might look: for the preview of development, and for the test that reads all."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import Email, User
from accounts.notifications.kinds import declared_kinds, mail_of
from accounts.notifications.mail.composing import composed, frame
from accounts.notifications.providers.base import EmailOptions
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Missing

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VARIANTS = ("full", "bare")
URL = "/learn/019a0000-0000-7000-8000-000000000003"


def templates() -> list[str]:
    """The names of all mail templates that are written."""
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    return sorted(path.name.removesuffix(".subject.txt") for path in folder.glob("*.subject.txt"))


def preview(template: str, variant: str = "full") -> EmailOptions:
    """A mail with its sample's values; nothing is written. Raises Missing for unknown names."""
    if template not in templates() or variant not in VARIANTS:
        raise Missing
    return preview_with(template, sample_context(template, variant))


def sample_context(template: str, variant: str = "full") -> dict[str, Any]:
    """What the mail's row would hold: the sample, and the words of a kind that sends it."""
    values = mail_of(template).sample.values(variant)
    for kind in declared_kinds():
        if kind.mail is not None and kind.mail.template == template:
            title, body = kind.words(values)
            return {"title": title, "body": body, "url": URL, **values}
    return values


def preview_with(template: str, context: Mapping[str, Any]) -> EmailOptions:
    """A mail with these values; nothing is written."""
    person = User(
        pk=uuid7(), name="Sam & <Student>", email="sam@example.com", timezone="Europe/Berlin"
    )
    email = Email(
        pk=uuid7(),
        user=person,
        to=person.email,
        template=template,
        context=context,
        created_at=AT,
    )
    return composed(email, {**context, **frame(email)})
