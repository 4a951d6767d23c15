"""Money as CSV: amounts in cents, instants in UTC, cells that a sheet would run made harmless."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache

from django.db.models import QuerySet

from billing.models import PaymentSplit
from billing.queries.member_ledger import KINDS, Written
from peerloop.kit.sheets import Echo, plain_cell

HEAD = ["delivered_at", "course", "student", "part", "share", "amount_cents", "status", "paid_at"]
LEDGER_HEAD = ["at", "rule", "kind", "course", "student", "session", "percent", "note"]
LEDGER_HEAD += ["amount_cents", "balance_cents", "source"]
CHUNK = 500


def csv_of(rows: QuerySet[PaymentSplit]) -> Iterator[str]:
    """A line for each earned row."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEAD)
    for row in rows.iterator(chunk_size=CHUNK):
        payment = row.transaction
        yield writer.writerow(
            [
                row.delivered_at.isoformat() if row.delivered_at else "",
                plain_cell(payment.course.title),
                plain_cell(payment.student.name),
                row.part_no,
                row.share,
                row.amount_cents,
                row.status,
                row.paid_at.isoformat() if row.paid_at else "",
            ]
        )


def ledger_csv(lines: Iterable[Written], *, opening_cents: int = 0) -> Iterator[str]:
    """A line for each of a ledger, between the balance before and the balance after them."""
    writer, safe = csv.writer(Echo()), cache(plain_cell)
    yield writer.writerow(LEDGER_HEAD)
    balance, nothing = opening_cents, [""] * 5
    yield writer.writerow(["", "", "opening", *nothing, 0, balance, ""])
    for at, kind, course, student, part_no, percent, said, cents, source in lines:
        balance += cents
        words = (safe(course), safe(student), part_no, percent, safe(said))
        yield writer.writerow((at, KINDS[kind][0], kind, *words, cents, balance, source))
    yield writer.writerow(["", "", "closing", *nothing, 0, balance, ""])
