"""What differs between the provider's books and ours, found once a look is through.

Theirs against ours for each entry that this look saw, ours against theirs for each row of ours in
its span. Where our row changed after the entry was listed, the next look decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from billing.actions.reconciling import sent_back_cents
from billing.models import BooksDifference, BooksLook, ProviderEntry, Transaction
from billing.models.books import DifferenceKind as Kind
from billing.notifications.going_back import notify_books_looked
from peerloop.kit.formats import money_text
from peerloop.kit.statements import statement

# At both ends of a span: here and there an object has not quite the same time.
MARGIN = timedelta(hours=1)
NONE = "nothing"
BOOKED = """
(SELECT sum(cents) FROM (
    SELECT amount_cents AS cents FROM refunds WHERE stripe_refund_id = e.object_id
    UNION ALL SELECT amount_cents FROM refund_replacements WHERE stripe_refund_id = e.object_id
    UNION ALL SELECT amount_cents FROM excess_refunds WHERE provider_id = e.object_id
) AS booked)
"""
OF_THE_LOOK = "e.seen_at >= %(began)s AND e.made_at >= %(since)s AND e.made_at < %(until)s"
IN_SPAN = "BETWEEN %(inner_since)s AND %(inner_until)s"
WENT = "e.status NOT IN ('failed', 'canceled')"
CONDITIONS = {"of_the_look": OF_THE_LOOK, "in_span": IN_SPAN, "went": WENT, "booked": BOOKED}
# Each gives (id, when, their amount, our amount, currency); an amount of NULL is nothing.
STATEMENTS: dict[Kind, str] = {
    Kind.CHARGE_UNKNOWN: """
        SELECT e.object_id, e.made_at, e.amount_cents, NULL, e.currency FROM provider_entries e
        WHERE e.kind = 'charge' AND e.status = 'succeeded' AND {of_the_look} AND NOT EXISTS (
            SELECT FROM transactions t WHERE t.stripe_charge_id = e.object_id)
        AND NOT EXISTS (
            SELECT FROM transactions t WHERE t.stripe_payment_intent_id = e.payment_id)""",
    Kind.CHARGE_AMOUNT: """
        SELECT e.object_id, e.made_at, e.amount_cents, t.amount_cents, e.currency
        FROM provider_entries e JOIN transactions t ON t.stripe_charge_id = e.object_id
        WHERE e.kind = 'charge' AND {of_the_look}
            AND (t.amount_cents, t.currency) <> (e.amount_cents, e.currency)""",
    Kind.CHARGE_MISSING: """
        SELECT t.id::text, t.paid_at, NULL, t.amount_cents, t.currency FROM transactions t
        WHERE t.stripe_charge_id IS NOT NULL AND t.paid_at {in_span} AND NOT EXISTS (
            SELECT FROM provider_entries e WHERE e.object_id = t.stripe_charge_id)""",
    Kind.REFUND_UNKNOWN: """
        SELECT e.object_id, e.made_at, e.amount_cents, NULL, e.currency FROM provider_entries e
        WHERE e.kind = 'refund' AND {went} AND {of_the_look} AND {booked} IS NULL""",
    Kind.REFUND_AMOUNT: """
        SELECT e.object_id, e.made_at, e.amount_cents, {booked}, e.currency
        FROM provider_entries e
        WHERE e.kind = 'refund' AND {of_the_look} AND {booked} <> e.amount_cents""",
    Kind.REFUND_FAILED: """
        SELECT e.object_id, e.made_at, NULL, {booked}, e.currency FROM provider_entries e
        WHERE e.kind = 'refund' AND NOT ({went}) AND {of_the_look} AND {booked} IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM refund_failures f WHERE f.stripe_refund_id = e.object_id)
            AND NOT EXISTS (SELECT FROM excess_refunds x
                WHERE x.provider_id = e.object_id AND x.came_back_at IS NOT NULL)""",
    Kind.REFUND_MISSING: """
        SELECT r.id::text, r.booked_at, NULL, r.amount_cents, t.currency
        FROM refunds r JOIN transactions t ON t.id = r.transaction_id
        WHERE r.booked_at {in_span} AND NOT EXISTS (
            SELECT FROM provider_entries e WHERE e.object_id = r.stripe_refund_id)""",
    Kind.TRANSFER_UNKNOWN: """
        SELECT e.object_id, e.made_at, e.amount_cents, NULL, e.currency FROM provider_entries e
        WHERE e.kind = 'transfer' AND {of_the_look} AND e.back_cents < e.amount_cents
            AND NOT EXISTS (SELECT FROM payouts p WHERE p.stripe_transfer_id = e.object_id)""",
    Kind.TRANSFER_AMOUNT: """
        SELECT e.object_id, e.made_at, e.amount_cents, p.amount_cents, e.currency
        FROM provider_entries e JOIN payouts p ON p.stripe_transfer_id = e.object_id
        WHERE e.kind = 'transfer' AND {of_the_look}
            AND (p.amount_cents, p.currency) <> (e.amount_cents, e.currency)""",
    Kind.TRANSFER_BACK: """
        SELECT e.object_id, e.made_at, e.back_cents, p.reversed_cents, e.currency
        FROM provider_entries e JOIN payouts p ON p.stripe_transfer_id = e.object_id
        WHERE e.kind = 'transfer' AND {of_the_look} AND p.reversed_cents <> e.back_cents
            AND p.updated_at < e.seen_at""",
    Kind.TRANSFER_MISSING: """
        SELECT p.id::text, p.paid_at, NULL, p.amount_cents, p.currency FROM payouts p
        WHERE p.status = 'paid' AND p.paid_at {in_span} AND NOT EXISTS (
            SELECT FROM provider_entries e WHERE e.object_id = p.stripe_transfer_id)""",
    Kind.DISPUTE_UNKNOWN: """
        SELECT e.object_id, e.made_at, e.amount_cents, NULL, e.currency FROM provider_entries e
        WHERE e.kind = 'dispute' AND {of_the_look} AND NOT EXISTS (
            SELECT FROM card_disputes d WHERE d.stripe_dispute_id = e.object_id)""",
    Kind.DISPUTE_MISSING: """
        SELECT d.id::text, d.opened_at, NULL, d.amount_cents, t.currency
        FROM card_disputes d JOIN transactions t ON t.id = d.transaction_id
        WHERE d.opened_at {in_span} AND NOT EXISTS (
            SELECT FROM provider_entries e WHERE e.object_id = d.stripe_dispute_id)""",
    Kind.BANK_PAYOUT_FAILED: """
        SELECT e.object_id, e.made_at, NULL, e.amount_cents, e.currency FROM provider_entries e
        WHERE e.kind = 'payout' AND NOT ({went}) AND {of_the_look}""",
}
STATES = """
    SELECT e.object_id, e.made_at, e.status, d.status
    FROM provider_entries e JOIN card_disputes d ON d.stripe_dispute_id = e.object_id
    WHERE e.kind = 'dispute' AND {of_the_look} AND d.updated_at < e.seen_at
        AND (d.status, d.amount_cents) <> (e.status, e.amount_cents)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """One difference, in words."""

    kind: Kind
    about: str
    happened_at: datetime
    theirs: str
    ours: str


def note_differences(look: BooksLook, *, at: datetime) -> int:
    """Keep what differs, and say of what was kept that it is gone; how many stand unexplained.

    Admins are told of new ones, once a look. Call it inside a transaction. Safe to repeat.
    """
    found = {(one.kind, one.about): one for one in differences_in(look)}
    standing = {(one.kind, one.about): one for one in BooksDifference.objects.standing()}
    # What lies before the span was not looked at.
    gone = [
        row.pk
        for key, row in standing.items()
        if key not in found and row.happened_at >= look.since
    ]
    BooksDifference.objects.filter(pk__in=gone).update(gone_at=at, updated_at=at)
    new = [one for key, one in found.items() if key not in standing]
    BooksDifference.objects.bulk_create(
        BooksDifference(
            kind=one.kind,
            about=one.about,
            happened_at=one.happened_at,
            theirs=one.theirs,
            ours=one.ours,
            first_seen_at=at,
            created_at=at,
            updated_at=at,
        )
        for one in new
    )
    if new:
        notify_books_looked(look=look, number=len(new), at=at)
    return BooksDifference.objects.unexplained().count()


def differences_in(look: BooksLook) -> Iterator[Found]:
    """Every difference of a look that read all its pages."""
    span = {
        "began": look.began_at,
        "since": look.since,
        "until": look.until,
        "inner_since": look.since + MARGIN,
        "inner_until": look.until - MARGIN,
    }
    for kind, sql in STATEMENTS.items():
        for about, when, theirs, ours, currency in _rows(sql, span):
            yield Found(kind, about, when, _amount(theirs, currency), _amount(ours, currency))
    for about, when, theirs, ours in _rows(STATES, span):
        yield Found(Kind.DISPUTE_STATE, about, when, theirs, ours)
    yield from _sums_that_went_back(look)


def _rows(sql: str, span: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        # Many rows may stand in a span; this is no page that somebody waits for.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(statement(sql, **CONDITIONS), span)
        return list(cursor.fetchall())


def _amount(cents: int | None, currency: str) -> str:
    return NONE if cents is None else money_text(int(cents), currency, code=True)


def _sums_that_went_back(look: BooksLook) -> Iterable[Found]:
    """Payments of which another sum went back there; only those of which something did."""
    entries = ProviderEntry.objects.filter(
        kind="charge",
        seen_at__gte=look.began_at,
        made_at__gte=look.since,
        made_at__lt=look.until,
    )
    back = dict(entries.values_list("object_id", "back_cents"))
    payments = Transaction.objects.filter(stripe_charge_id__in=back)
    something = payments.exclude(refunded_cents=0) | payments.filter(
        stripe_charge_id__in=[key for key, cents in back.items() if cents]
    )
    seen = {one.object_id: one for one in entries.filter(object_id__in=back)}
    for payment in something.distinct():
        entry = seen[payment.stripe_charge_id or ""]
        theirs, ours = entry.back_cents, sent_back_cents(payment)
        if theirs != ours and payment.updated_at < entry.seen_at:
            yield Found(
                Kind.CHARGE_BACK,
                entry.object_id,
                entry.made_at,
                _amount(theirs, entry.currency),
                _amount(ours, entry.currency),
            )
