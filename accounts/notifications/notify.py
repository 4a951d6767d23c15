"""Notifying people: in the app, and by a mail where the kind has one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import Notification, User
from accounts.notifications.kinds import Kind
from accounts.notifications.live_count import publish_changed
from accounts.notifications.outbox.bundles import (
    Bundle,
    add_to_bundles,
    not_yet_notified,
    queue_bundle_mail,
)
from accounts.notifications.outbox.queue import queue_wanted
from accounts.notifications.preferences import wanting
from peerloop.kit.ids import uuid7


@transaction.atomic
def notify(
    kind: Kind,
    *,
    people: Iterable[User],
    at: datetime,
    key: object = None,
    to: Iterable[object] = (),
    url: str | None = None,
    bundle_key: str | None = None,
    **values: Any,
) -> None:
    """Leave one notification for each person, and one mail each if the kind has a mail.

    ``values``: JSON values for the words in the app and in the mail. ``to``: arguments of the
    kind's page; ``url``: a path of ours instead. ``bundle_key``: what belongs together, for a kind
    that bundles. Repeating it with the same ``key`` changes nothing. Belongs in the act's
    transaction. Whoever switched its group off is left out (rule NOTE-2).
    """
    notified = list({person.pk: person for person in people}.values())
    title, body = kind.words(values)
    if url is None:
        url = reverse(kind.page, args=list(to)) if kind.page else ""
    words = {
        "kind": kind.word,
        "title": _cut(title, 200),
        "body": _cut(body, 500),
        "url": url[:300],
    }
    context = {"title": title, "body": body, "url": url, **values}
    dedupe_key = None if key is None else f"{kind.key or kind.name}:{key}"[:200]
    if bundle_key is None:
        _notify_each(kind, notified, words, context, dedupe_key=dedupe_key, at=at)
    else:
        bundle = Bundle(bundle_key, kind.bundle_minutes, kind.several.format_map(values))
        _notify_bundled(kind, notified, bundle, words, context, dedupe_key=dedupe_key, at=at)


def _notify_each(
    kind: Kind,
    people: list[User],
    words: dict[str, str],
    context: dict[str, Any],
    *,
    dedupe_key: str | None,
    at: datetime,
) -> None:
    in_app, by_mail = wanting(people, group=kind.group, mail=kind.mail)
    times = {"created_at": at, "updated_at": at}
    Notification.objects.bulk_create(
        (Notification(user=person, dedupe_key=dedupe_key, **words, **times) for person in in_app),
        ignore_conflicts=True,
    )
    publish_changed(person.pk for person in in_app)
    if kind.mail is None:
        return
    key = dedupe_key or str(uuid7())
    for person in by_mail:
        queue_wanted(
            kind.mail,
            to=person.email,
            context=context,
            dedupe_key=f"{kind.mail.template}:{key}:{person.pk}",
            user=person,
            at=at,
        )


def _notify_bundled(
    kind: Kind,
    people: list[User],
    bundle: Bundle,
    words: dict[str, str],
    context: dict[str, Any],
    *,
    dedupe_key: str | None,
    at: datetime,
) -> None:
    people = not_yet_notified(people, bundle=bundle, dedupe_key=dedupe_key)
    in_app, by_mail = wanting(people, group=kind.group, mail=kind.mail)
    bundles = add_to_bundles(in_app, bundle=bundle, words=words, dedupe_key=dedupe_key, at=at)
    publish_changed(bundles)
    if kind.mail is None:
        return
    for person in by_mail:
        queue_bundle_mail(
            person,
            kind.mail,
            bundle=bundle,
            state=bundles.get(person.pk),
            context=context,
            at=at,
        )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
