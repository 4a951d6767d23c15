"""A receipt or credit note as a PDF, compiled on request from a Typst template.

All words are values (``sys_inputs``), never markup.
"""

from pathlib import Path

import typst

from billing.models import Paper
from learning.documents.faces import fonts, other_faces
from learning.documents.letters import printable
from peerloop.kit.formats import MONTHS, money_text

FOLDER = Path(__file__).resolve().parent


def paper_pdf(paper: Paper) -> bytes:
    """The PDF of a paper: one A4 page. The same row gives the same bytes."""
    day, happened = paper.issued_at, paper.happened_at
    is_receipt = paper.kind == Paper.Kind.RECEIPT
    subject, *details = paper.subject.split("\n")
    values = {
        "kind": str(paper.get_kind_display()),
        "number": paper.full_number,
        "issued": f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        "happened_label": "Paid on" if is_receipt else "Refunded on",
        "happened": f"{happened.day} {MONTHS[happened.month - 1]} {happened.year}",
        "seller": _drawn(paper.seller),
        "buyer": _drawn(paper.buyer),
        "subject": printable(subject) or "A course on PeerLoop",
        "details": _drawn("\n".join(details)),
        "amount": money_text(paper.amount_cents, paper.currency, code=True),
        "payment": str(paper.transaction_id),
        "total_label": "Paid" if is_receipt else "Returned",
        "faces": "|".join(other_faces()),
    }
    return typst.compile(
        FOLDER / "paper.typ",
        root=FOLDER,
        font_paths=fonts(),
        sys_inputs=values,
        timestamp=day.replace(microsecond=0),
    )


def _drawn(lines: str) -> str:
    return "\n".join(filter(None, map(printable, lines.split("\n"))))
