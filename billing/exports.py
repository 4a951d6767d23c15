"""Money as CSV: amounts in cents, instants in UTC, cells that a sheet would run made harmless."""

import csv
from collections.abc import Iterator

from django.db.models import QuerySet

from billing.models import PaymentSplit

HEAD = ["delivered_at", "course", "student", "part", "share", "amount_cents", "status", "paid_at"]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CHUNK = 500


class Echo:
    """A file that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


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


def plain_cell(text: str) -> str:
    """Text that a spreadsheet shows and does not run, also behind leading spaces (OUT-2)."""
    risky = text.lstrip(" ").startswith(FORMULA_STARTS)
    return f"'{text}" if risky else text
