"""Telling people: a notice in the app, and a mail where the kind has a template."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.live_count import tell_changed
from accounts.models import Notification, User
from accounts.outbox import queue_email
from accounts.preferences import wanting_mail, wanting_notice
from peerloop.kit.ids import uuid7


@transaction.atomic
def notify(
    *,
    people: Iterable[User],
    kind: str,
    title: str,
    body: str = "",
    url: str = "",
    dedupe_key: str | None = None,
    email: str | None = None,
    context: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    """Leave one notice for each person, and one mail each when ``email`` names a template.

    ``kind`` is a word of rule NOTE-1, ``url`` a path of ours, ``context`` JSON values for the mail.
    Repeating it with the same ``dedupe_key`` changes nothing. Belongs in the act's transaction.
    Who switched the group off is left out (rule NOTE-2), but not of what is a duty (NOTE-3).
    """
    told = list({person.pk: person for person in people}.values())
    noticed = wanting_notice(told, kind=kind, template=email)
    words = {"kind": kind, "title": _cut(title, 200), "body": _cut(body, 500), "url": url[:300]}
    times = {"created_at": at, "updated_at": at}
    Notification.objects.bulk_create(
        (Notification(user=person, dedupe_key=dedupe_key, **words, **times) for person in noticed),
        ignore_conflicts=True,
    )
    tell_changed(person.pk for person in noticed)
    if email is None:
        return
    key = dedupe_key or str(uuid7())
    for person in wanting_mail(told, template=email):
        queue_email(
            to=person.email,
            template=email,
            context={"title": title, "body": body, "url": url, **(context or {})},
            dedupe_key=f"{email}:{key}:{person.pk}",
            user=person,
            at=at,
        )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
