"""The statement of a year as a PDF: what was earned, went back and was sent, month by month."""

from datetime import datetime

from django.conf import settings

from accounts.models import User
from billing.actions.papers import named_on_papers
from billing.documents.compiling import compiled, drawn
from billing.queries.member_ledger import Sums, YearSums
from peerloop.kit.formats import MONTHS, money_text

HEAD = ("", "Earned", "Went back", "Corrections", "Sent to you", "Balance")
NOTE = (
    "The balance is what you had earned and was not sent to you yet. Amounts are in US dollars, "
    "days in UTC. Every line behind these sums stands in the CSV of the same year."
)


def statement_pdf(member: User, sums: YearSums, *, at: datetime) -> bytes:
    """The PDF of a member's year; the member is read with ``billing_details``."""
    day = f"{at.day} {MONTHS[at.month - 1]} {at.year}"
    ended = sums.year < at.year
    opening = ["Balance before", "", "", "", "", money_text(sums.opening_cents)]
    rows = [opening, *(_row(MONTHS[month.month - 1], month) for month in sums.months)]
    values = {
        "kind": f"Statement {sums.year}",
        "seller": drawn(settings.SELLER_NAME),
        "member": drawn(named_on_papers(member)),
        "made": f"Made on {day}" + ("" if ended else ", before the year was over"),
        "head": "|".join(HEAD),
        "rows": "\n".join("|".join(row) for row in rows),
        "total": "|".join(_row("In all", sums)),
        "note": NOTE,
    }
    return compiled("statement.typ", values, at=at)


def _row(name: str, sums: Sums) -> list[str]:
    moved = (sums.earned_cents, sums.back_cents, sums.corrected_cents, sums.sent_cents)
    return [name, *map(money_text, moved), money_text(sums.closing_cents)]
