"""A receipt or credit note as a PDF, compiled on request."""

from billing.documents.compiling import compiled, drawn
from billing.models import Paper
from learning.documents.letters import printable
from peerloop.kit.formats import MONTHS, money_text


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
        "seller": drawn(paper.seller),
        "buyer": drawn(paper.buyer),
        "subject": printable(subject) or "A course on PeerLoop",
        "details": drawn("\n".join(details)),
        "amount": money_text(paper.amount_cents, paper.currency, code=True),
        "payment": str(paper.transaction_id),
        "total_label": "Paid" if is_receipt else "Returned",
    }
    return compiled("paper.typ", values, at=day)
