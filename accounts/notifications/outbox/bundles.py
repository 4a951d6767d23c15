"""Bundles: many similar events become one notification and one mail (rule NOTE-4).

While a bundle lies unread, what comes joins it: its count grows, its words are those of the newest,
it moves up. One mail for each key and window: the first event opens the window, the mail leaves at
its end if the bundle is still unread, and says what the bundle holds by then.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import Email, Notification, User
from accounts.notifications.kinds import Mail
from accounts.notifications.mail.composing import BUNDLE
from accounts.notifications.outbox.queue import queue_wanted
from peerloop.kit.ids import uuid7

LONGEST_KEY = 100
# How many events of a bundle are remembered, to ignore repetitions.
MOST_REMEMBERED = 200

ADD = """
INSERT INTO notifications AS n (id, created_at, updated_at, user_id, kind, title, body, url, data,
    bundle_key, bundle_count, mail_due_at)
SELECT one.id, %(at)s, %(at)s, one.user_id, %(kind)s, %(title)s, %(body)s, %(url)s, %(data)s,
    %(bundle_key)s, 1, %(due)s
FROM unnest(%(ids)s::uuid[], %(people)s::uuid[]) AS one (id, user_id)
ON CONFLICT (user_id, bundle_key) WHERE read_at IS NULL AND bundle_key IS NOT NULL
DO UPDATE SET
    created_at = EXCLUDED.created_at, updated_at = EXCLUDED.updated_at, kind = EXCLUDED.kind,
    title = left(replace(%(titles)s, '{count}', (n.bundle_count + 1)::text), 200),
    body = EXCLUDED.body, url = EXCLUDED.url, bundle_count = n.bundle_count + 1,
    data = jsonb_build_object('keys', CASE
        WHEN jsonb_array_length(n.data -> 'keys') >= %(most)s THEN (n.data -> 'keys') - 0
        ELSE n.data -> 'keys' END || (EXCLUDED.data -> 'keys')),
    mail_due_at = CASE WHEN n.mail_due_at > %(at)s THEN n.mail_due_at ELSE %(due)s END
RETURNING n.id, n.user_id, n.title, n.bundle_count, n.mail_due_at
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What belongs together, and how long its mail waits.

    ``titles``: the words for several, in which ``{count}`` stands for how many.
    """

    key: str
    minutes: int
    titles: str = ""


@dataclass(frozen=True, slots=True)
class BundleState:
    """A member's bundle after an event was added."""

    notification_id: UUID
    title: str
    count: int
    mail_due_at: datetime


def not_yet_notified(people: list[User], *, bundle: Bundle, dedupe_key: str | None) -> list[User]:
    """Those who were not notified of this event: at most one query."""
    if dedupe_key is None:
        return people
    rows = Notification.objects.filter(user__in=people, bundle_key=bundle.key)
    known = set(rows.filter(data__keys__contains=dedupe_key).values_list("user_id", flat=True))
    return [person for person in people if person.pk not in known]


def add_to_bundles(
    people: Iterable[User],
    *,
    bundle: Bundle,
    words: dict[str, str],
    dedupe_key: str | None,
    at: datetime,
) -> dict[UUID, BundleState]:
    """Add one event to each member's bundle, by member: one statement, in any number at once."""
    if len(bundle.key) > LONGEST_KEY:
        raise ValueError(f"A bundle's key has at most {LONGEST_KEY} characters.")
    # In order of ids, so that two transactions for the same people can't deadlock.
    ids = sorted(person.pk for person in people)
    if not ids:
        return {}
    values: dict[str, Any] = {
        **words,
        "at": at,
        "titles": bundle.titles or words["title"],
        "data": json.dumps({"keys": [dedupe_key] if dedupe_key else []}),
        "bundle_key": bundle.key,
        "due": at + timedelta(minutes=bundle.minutes),
        "ids": [uuid7() for _ in ids],
        "people": ids,
        "most": MOST_REMEMBERED,
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD, values)
        return {user_id: BundleState(one, *rest) for one, user_id, *rest in cursor.fetchall()}


def queue_bundle_mail(
    person: User,
    mail: Mail,
    *,
    bundle: Bundle,
    state: BundleState | None,
    context: dict[str, Any],
    at: datetime,
) -> None:
    """Queue one mail for the window, or update the waiting one. Safe to repeat.

    ``state`` is None for who wants mails but no notifications: nothing shows what they read.
    """
    if state is None:
        due = at + timedelta(minutes=bundle.minutes)
        window = f"w{int(at.timestamp()) // (60 * bundle.minutes)}"
        words = context | {"count": 1}
    else:
        due, window = state.mail_due_at, str(int(state.mail_due_at.timestamp()))
        about = {"title": state.title, "count": state.count, BUNDLE: str(state.notification_id)}
        words = context | about
    key = f"{mail.template}:{bundle.key}:{person.pk.hex}:{window}"
    waiting = Email.objects.filter(dedupe_key=key, status=Email.Status.QUEUED, tries=0)
    if not waiting.update(context=words, updated_at=at):
        queue_wanted(
            mail,
            to=person.email,
            context=words,
            dedupe_key=key,
            user=person,
            due=due,
            at=at,
        )
