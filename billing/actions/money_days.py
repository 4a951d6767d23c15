"""Once a day the ledger is checked, and what it says is sealed together with the day before.

Somebody who changed the past would have to change the seal of every day since, and the mails that
were sent (as for the audit log, ADR 14).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from accounts.notifications.outbox.queue import queue_email
from billing.models import BooksDifference, MoneyDay
from billing.notifications import MONEY_DAY
from billing.notifications.sending import admins
from peerloop.kit.formats import money_text
from peerloop.kit.invariants import Difference, differences

MOST_FINDINGS = 50
# Number and cents of each, since the beginning. Refunds of a dispute are refunds, too.
FIGURES = """
SELECT 'payments', count(*), coalesce(sum(amount_cents), 0)::bigint FROM transactions
UNION ALL SELECT 'fees', count(fee_cents), coalesce(sum(fee_cents), 0)::bigint FROM transactions
UNION ALL SELECT 'refunds', count(*), coalesce(sum(amount_cents), 0)::bigint FROM refunds
UNION ALL SELECT 'payouts', count(*), coalesce(sum(amount_cents), 0)::bigint
    FROM payouts WHERE status = 'paid'
UNION ALL SELECT 'taken_back', count(*), coalesce(sum(reversed_cents), 0)::bigint
    FROM payouts WHERE reversed_cents > 0
UNION ALL SELECT 'adjustments', count(*), coalesce(sum(amount_cents), 0)::bigint
    FROM balance_adjustments
UNION ALL SELECT 'shares', count(*), coalesce(sum(amount_cents), 0)::bigint FROM payment_splits
UNION ALL SELECT 'entries', count(*), 0 FROM split_events
"""
WORDS = {
    "payments": "Payments",
    "fees": "Fees of the payment provider",
    "refunds": "Refunds",
    "payouts": "Payouts",
    "taken_back": "Taken back of payouts",
    "adjustments": "Corrections of balances",
}
ADMINS = "admins"


def keep_money_day(*, at: datetime) -> MoneyDay | None:
    """Check everything, seal the figures of today (UTC), and mail them; None if that was done.

    Safe to repeat and to run at once: a day is kept once. The checks run before and outside the
    transaction that keeps the day, for they take up to a minute.
    """
    day = at.astimezone(UTC).date()
    if MoneyDay.objects.filter(day=day).exists():
        return None
    found = differences()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('money_days'))")
        if MoneyDay.objects.filter(day__gte=day).exists():
            return None
        kept = _seal(day, found, at=at)
        _mail(kept, at=at)
    return kept


def _seal(day: date, found: list[Difference], *, at: datetime) -> MoneyDay:
    last = MoneyDay.objects.order_by("-day").first()
    kept = MoneyDay(
        day=day,
        checked_at=at,
        figures=_figures(),
        found=len(found),
        findings=[
            [one.invariant, one.rule, one.row_id, one.expected, one.found]
            for one in found[:MOST_FINDINGS]
        ],
        seal_before=last.seal if last else "",
        created_at=at,
        updated_at=at,
    )
    kept.seal = seal_of(kept)
    kept.save(force_insert=True)
    return kept


def _figures() -> dict[str, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(FIGURES)
        return {name: [number, cents] for name, number, cents in cursor.fetchall()}


def seal_of(day: MoneyDay) -> str:
    """The seal that belongs to what a row says."""
    words = {
        "day": day.day.isoformat(),
        "checked_at": day.checked_at.astimezone(UTC).isoformat(),
        "figures": day.figures,
        "found": day.found,
        "findings": day.findings,
        "before": day.seal_before,
    }
    text = json.dumps(words, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def broken_days(known: Mapping[date, str] | None = None) -> Iterator[tuple[date, str]]:
    """Each day whose seal does not hold, and why. ``known``: seals from mails, by day."""
    left, before = dict(known or {}), ""
    for row in MoneyDay.objects.order_by("day").iterator(chunk_size=500):
        if row.seal_before != before:
            yield row.day, "the day before it is missing or another one"
        if row.seal != seal_of(row):
            yield row.day, "what it says was changed"
        mailed = left.pop(row.day, row.seal)
        if mailed != row.seal:
            yield row.day, "the mail of that day has another seal"
        before = row.seal
    for day in sorted(left):
        yield day, "there was a mail of that day, but no such day is kept"


def figures_in_words(figures: Mapping[str, Any]) -> list[list[str]]:
    """Number and amount of each figure that is shown."""
    return [
        [words, f"{figures[name][0]:,}, {money_text(figures[name][1])}"]
        for name, words in WORDS.items()
        if name in figures
    ]


def _mail(day: MoneyDay, *, at: datetime) -> None:
    told: list[tuple[str, User | None]] = [(one.email, one) for one in admins()]
    if settings.MONEY_MAIL_TO != ADMINS:
        given = settings.MONEY_MAIL_TO.split(",")
        told = [(address.strip(), None) for address in given if address.strip()]
    for address, user in told:
        queue_email(
            MONEY_DAY,
            to=address,
            context={
                "day": day.day.isoformat(),
                "figures": figures_in_words(day.figures),
                "found": day.found,
                "unexplained": BooksDifference.objects.unexplained().count(),
                "seal": day.seal,
            },
            dedupe_key=f"money-day:{day.day}:{address}",
            user=user,
            at=at,
        )
