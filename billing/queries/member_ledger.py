"""A member's own ledger: every cent that was earned, went back, was corrected or sent, in order.

Nothing is stored for it: each line is read from the row that caused it, so that the two can't
differ. A share counts once its session was held; one that went back before it was sent is taken
out again; what was sent already is taken back by an adjustment (rule REF-9). So the balance is what
the member is owed and was not sent: the pending balance of rule OUT-1. Years are in UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, overload
from uuid import UUID

from django.db import connection

from accounts.models import User
from peerloop.kit.statements import statement

FIRST_YEAR, LAST_YEAR = 2000, 2100
CHUNK = 2_000
# What a kind of line is called, and the product rule behind it.
KINDS = {
    "teaching": ("SPLIT-6", "Your share for teaching"),
    "royalty": ("SPLIT-1", "Your share as the creator"),
    "returned": ("REF-8", "Went back to the student"),
    "clawback": ("REF-9", "A paid share went back to the student"),
    "correction": ("REF-9", "Taken back from your payout account"),
    "chargeback": ("REF-10", "Charged back"),
    "bonus": ("DISP-4", "Credit"),
    "payout": ("OUT-6", "Sent to your payout account"),
}
EARNED, BACK, SENT = ("teaching", "royalty"), ("returned", "clawback"), ("payout",)
# A share can go back before its session is noted as held: then both happen at once.
MOVES = """
    SELECT delivered_at AS at, share AS kind, amount_cents::bigint AS cents,
        id AS split, NULL::uuid AS adjustment, NULL::uuid AS payout, id
    FROM payment_splits
    WHERE recipient_id = %(user)s AND delivered_at >= %(since)s AND delivered_at < %(until)s
    UNION ALL
    SELECT greatest(e.at, s.delivered_at), 'returned', -s.amount_cents, s.id, NULL, NULL, e.id
    FROM payment_splits s JOIN split_events e ON e.split_id = s.id AND e.to_status = 'refunded'
    WHERE s.recipient_id = %(user)s AND s.status = 'refunded' AND s.delivered_at IS NOT NULL
        AND greatest(e.at, s.delivered_at) >= %(since)s
        AND greatest(e.at, s.delivered_at) < %(until)s
    UNION ALL
    SELECT created_at, reason, amount_cents, split_id, id, NULL, id FROM balance_adjustments
    WHERE recipient_id = %(user)s AND created_at >= %(since)s AND created_at < %(until)s
    UNION ALL
    SELECT paid_at, 'payout', -amount_cents, NULL, NULL, id, id FROM payouts
    WHERE recipient_id = %(user)s AND status = 'paid'
        AND paid_at >= %(since)s AND paid_at < %(until)s
"""
SUMS = statement(
    """
SELECT CASE WHEN at < %(begins)s THEN 0
        ELSE extract(month FROM at AT TIME ZONE 'UTC')::int END AS month,
    kind, sum(cents)::bigint, count(*)
FROM ({moves}) AS moves GROUP BY 1, 2
""",
    moves=MOVES,
)
YEARS = statement(
    """
SELECT DISTINCT extract(year FROM at AT TIME ZONE 'UTC')::int FROM ({moves}) AS moves ORDER BY 1
""",
    moves=MOVES,
)
WHAT_FOR = """
LEFT JOIN payment_splits split ON split.id = chosen.split
LEFT JOIN transactions payment ON payment.id = split.transaction_id
LEFT JOIN courses course ON course.id = payment.course_id
LEFT JOIN users student ON student.id = payment.student_id
LEFT JOIN balance_adjustments adjustment ON adjustment.id = chosen.adjustment
LEFT JOIN sessions session ON session.id = adjustment.session_id
LEFT JOIN courses held ON held.id = session.course_id
"""
# What an admin wrote; notes that the ledger writes itself are for the books.
SAID = "CASE WHEN chosen.kind IN ('chargeback', 'bonus') THEN adjustment.note ELSE '' END"
# ``newer``: what this line and all newer ones of the span add up to.
NEWEST = statement(
    """
WITH newest AS (
    SELECT * FROM ({moves}) AS moves ORDER BY at DESC, id DESC LIMIT %(stop)s
), chosen AS (
    SELECT *, sum(cents) OVER (ORDER BY at DESC, id DESC ROWS UNBOUNDED PRECEDING) AS newer
    FROM newest ORDER BY at DESC, id DESC OFFSET %(start)s
)
SELECT chosen.newer::bigint, chosen.at, chosen.kind, chosen.cents, chosen.split, chosen.id,
    coalesce(course.title, held.title, ''), coalesce(student.name, ''),
    split.part_no, split.percent, {said}
FROM chosen {what_for} ORDER BY chosen.at DESC, chosen.id DESC
""",
    moves=MOVES,
    said=SAID,
    what_for=WHAT_FOR,
)
# As text: to read a hundred thousand lines, half of the time went into instants and ids.
OLDEST = statement(
    """
SELECT to_char(chosen.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), chosen.kind,
    coalesce(course.title, held.title, ''), coalesce(student.name, ''),
    split.part_no::text, split.percent::text, {said}, chosen.cents, chosen.id::text
FROM ({moves}) AS chosen {what_for} ORDER BY chosen.at, chosen.id
""",
    moves=MOVES,
    said=SAID,
    what_for=WHAT_FOR,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it added or took, in cents, and the balance after it."""

    at: datetime
    kind: str
    amount_cents: int
    balance_cents: int
    split_id: UUID | None
    # The row that caused it: a share, what became of one, an adjustment or a payout.
    source_id: UUID
    course_title: str
    student_name: str
    part_no: int | None
    percent: Any
    said: str

    @property
    def rule(self) -> str:
        """The product rule behind it."""
        return KINDS[self.kind][0]

    @property
    def words(self) -> str:
        """What it is called."""
        return KINDS[self.kind][1]


class Written(NamedTuple):
    """One line as it is written to a file."""

    at: str
    kind: str
    course_title: str
    student_name: str
    part_no: str | None
    percent: str | None
    said: str
    amount_cents: int
    source_id: str


@dataclass(slots=True)
class Sums:
    """What some lines add up to, in cents."""

    opening_cents: int = 0
    earned_cents: int = 0
    back_cents: int = 0
    corrected_cents: int = 0
    sent_cents: int = 0
    lines: int = 0

    def add(self, kind: str, cents: int, lines: int) -> None:
        """Count lines of one kind."""
        self.lines += lines
        if kind in EARNED:
            self.earned_cents += cents
        elif kind in BACK:
            self.back_cents += cents
        elif kind in SENT:
            self.sent_cents += cents
        else:
            self.corrected_cents += cents

    @property
    def closing_cents(self) -> int:
        """The balance at the end."""
        moved = self.earned_cents + self.back_cents + self.corrected_cents + self.sent_cents
        return self.opening_cents + moved


@dataclass(slots=True)
class MonthSums(Sums):
    """The same of one month."""

    month: int = 1


@dataclass(slots=True)
class YearSums(Sums):
    """The same of a year, with the months in which something happened."""

    year: int = 0
    months: tuple[MonthSums, ...] = ()


def year_begins(year: int) -> datetime:
    """The first instant of a year, in UTC."""
    return datetime(year, 1, 1, tzinfo=UTC)


def ledger_year(user: User, year: int) -> YearSums:
    """What the lines of a year add up to; one statement. It reads all that happened before, too."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {**_span(user, FIRST_YEAR, year + 1), "begins": year_begins(year)})
        found = cursor.fetchall()
    sums = YearSums(year=year, opening_cents=sum(row[2] for row in found if row[0] == 0))
    balance, months = sums.opening_cents, []
    for month in sorted({row[0] for row in found} - {0}):
        one = MonthSums(month=month, opening_cents=balance)
        for _, kind, cents, lines in (row for row in found if row[0] == month):
            one.add(kind, cents, lines)
            sums.add(kind, cents, lines)
        balance = one.closing_cents
        months.append(one)
    sums.months = tuple(months)
    return sums


def ledger_years(user: User, *, today: date) -> list[int]:
    """The years in which something happened, and this one; the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(YEARS, _span(user, FIRST_YEAR, LAST_YEAR))
        years = {row[0] for row in cursor.fetchall()}
    return sorted(years | {today.year}, reverse=True)


class LedgerLines(Sequence[Line]):
    """The lines of a year, newest first; each slice is one statement. ``sums`` are the year's."""

    def __init__(self, user: User, sums: YearSums) -> None:
        self.user = user
        self.sums = sums

    def __len__(self) -> int:
        return self.sums.lines

    @overload
    def __getitem__(self, part: int) -> Line: ...

    @overload
    def __getitem__(self, part: slice) -> list[Line]: ...

    def __getitem__(self, part: int | slice) -> Line | list[Line]:
        """A line, or the lines of a page, with the balance after each."""
        if isinstance(part, int):
            return self._read(part, part + 1)[0]
        return self._read(part.start or 0, len(self) if part.stop is None else part.stop)

    def _read(self, start: int, stop: int) -> list[Line]:
        span = _span(self.user, self.sums.year, self.sums.year + 1)
        with connection.cursor() as cursor:
            cursor.execute(NEWEST, {**span, "start": start, "stop": max(start, stop)})
            rows = cursor.fetchall()
        closing = self.sums.closing_cents
        return [
            Line(at, kind, cents, closing - newer + cents, *rest)
            for newer, at, kind, cents, *rest in rows
        ]


def written_lines(user: User, *, since: int, until: int) -> Iterator[Written]:
    """The lines of the years from ``since`` up to, without, ``until``, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST, _span(user, since, until))
        while rows := cursor.fetchmany(CHUNK):
            yield from map(Written._make, rows)


def _span(user: User, since: int, until: int) -> dict[str, Any]:
    return {"user": user.pk, "since": year_begins(since), "until": year_begins(until)}
