"""Telling people: a notice in the app, and a mail where the kind has a template."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Notification, User
from accounts.notifications.live_count import tell_changed
from accounts.notifications.outbox.bundles import (
    Bundle,
    add_to_bundles,
    not_yet_told,
    queue_bundle_mail,
)
from accounts.notifications.outbox.queue import queue_wanted
from accounts.notifications.preferences import wanting
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
    bundle_key: str | None = None,
    bundle_minutes: int = 60,
    bundle_title: str = "",
    email: str | None = None,
    context: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    """Leave one notice for each person, and one mail each when ``email`` names a template.

    ``kind`` is a word of rule NOTE-1, ``url`` a path of ours, ``context`` JSON values for the mail.
    Repeating it with the same ``dedupe_key`` changes nothing. Belongs in the act's transaction.
    Who switched the group off is left out (rule NOTE-2), but not of what is a duty (NOTE-3).

    With ``bundle_key`` (rule NOTE-4) all that comes under this key while it is unread is one
    notice, and one mail for each ``bundle_minutes``: it waits that long, and does not leave if the
    notice was read. ``bundle_title`` are the words for several: "{count} messages from Tom".
    """
    told = list({person.pk: person for person in people}.values())
    words = {"kind": kind, "title": _cut(title, 200), "body": _cut(body, 500), "url": url[:300]}
    values = {"title": title, "body": body, "url": url, **(context or {})}
    if bundle_key is not None:
        bundle = Bundle(bundle_key, bundle_minutes, bundle_title)
        _tell_bundled(told, bundle, words, values, dedupe_key=dedupe_key, email=email, at=at)
        return
    _tell_each(told, words, values, dedupe_key=dedupe_key, email=email, at=at)


def _tell_each(
    people: list[User],
    words: dict[str, str],
    values: dict[str, Any],
    *,
    dedupe_key: str | None,
    email: str | None,
    at: datetime,
) -> None:
    noticed, mailed = wanting(people, kind=words["kind"], template=email)
    times = {"created_at": at, "updated_at": at}
    Notification.objects.bulk_create(
        (Notification(user=person, dedupe_key=dedupe_key, **words, **times) for person in noticed),
        ignore_conflicts=True,
    )
    tell_changed(person.pk for person in noticed)
    if email is None:
        return
    key = dedupe_key or str(uuid7())
    for person in mailed:
        queue_wanted(
            to=person.email,
            template=email,
            context=values,
            dedupe_key=f"{email}:{key}:{person.pk}",
            user=person,
            at=at,
        )


def _tell_bundled(
    people: list[User],
    bundle: Bundle,
    words: dict[str, str],
    values: dict[str, Any],
    *,
    dedupe_key: str | None,
    email: str | None,
    at: datetime,
) -> None:
    people = not_yet_told(people, bundle=bundle, dedupe_key=dedupe_key)
    noticed, mailed = wanting(people, kind=words["kind"], template=email)
    bundles = add_to_bundles(noticed, bundle=bundle, words=words, dedupe_key=dedupe_key, at=at)
    tell_changed(bundles)
    if email is None:
        return
    for person in mailed:
        told = bundles.get(person.pk)
        queue_bundle_mail(person, template=email, bundle=bundle, told=told, context=values, at=at)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
