"""Issue receipts and credit notes, and keep what a member wants on them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from accounts.models import User
from billing.models import BillingDetails, Paper, Refund, Transaction
from billing.models.paper import LONGEST_ADDRESS, LONGEST_BUYER, LONGEST_TAX_ID
from billing.models.paper import PaperKind as Kind
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import clean

MOST_AT_ONCE = 500
# Papers are written in order: what has none is at most so much older than the newest with one.
LATEST = timedelta(days=30)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def issue_papers(*, at: datetime) -> int:
    """Write the papers that are missing, the oldest first; how many.

    A receipt for each payment and a credit note for each refund. Safe to repeat and to run at once.
    """
    done = 0
    while issued := _issue_some(at=at):
        done += issued
    return done


@transaction.atomic
def _issue_some(*, at: datetime) -> int:
    receipts = Paper.objects.filter(transaction=OuterRef("pk"), kind=Kind.RECEIPT)
    payments = (
        Transaction.objects.filter(~Exists(receipts), paid_at__gte=_since(Kind.RECEIPT))
        .select_related("payer__billing_details", "course", "checkout")
        .order_by("paid_at", "pk")
    )
    notes = Paper.objects.filter(refund=OuterRef("pk"))
    refunds = (
        Refund.objects.filter(~Exists(notes), booked_at__gte=_since(Kind.CREDIT_NOTE))
        .filter(Exists(Paper.objects.filter(transaction=OuterRef("transaction"))))
        .select_related("transaction__payer__billing_details", "transaction__course")
        .order_by("booked_at", "pk")
    )
    papers = [_receipt(row, at) for row in payments[:MOST_AT_ONCE]]
    papers += [_credit_note(row, at) for row in refunds[:MOST_AT_ONCE]]
    # Where two run at once, the second waits for the first and finds its papers.
    Paper.objects.bulk_create(papers, ignore_conflicts=True)
    return len(papers)


def _since(kind: Kind) -> datetime:
    """From when on a payment or refund may have no paper: the newest that has one, and a month."""
    newest = Paper.objects.filter(kind=kind).aggregate(at=Max("happened_at"))["at"]
    return newest - LATEST if newest else FIRST


def _receipt(payment: Transaction, at: datetime) -> Paper:
    checkout = payment.checkout
    sessions = checkout.modules_paid if checkout else 0
    what = f"{sessions} session{'' if sessions == 1 else 's'}, one to one, by video"
    paper = _paper(Kind.RECEIPT, payment, [payment.course.title, what], at)
    paper.amount_cents, paper.happened_at = payment.amount_cents, payment.paid_at
    return paper


def _credit_note(refund: Refund, at: datetime) -> Paper:
    payment = refund.transaction
    lines = [payment.course.title, "Refund to the way of paying that was used"]
    paper = _paper(Kind.CREDIT_NOTE, payment, lines, at)
    paper.refund = refund
    paper.amount_cents, paper.happened_at = refund.amount_cents, refund.booked_at
    return paper


def _paper(kind: Kind, payment: Transaction, subject: Iterable[str], at: datetime) -> Paper:
    return Paper(
        kind=kind,
        issued_at=at,
        transaction=payment,
        currency=payment.currency,
        seller=_lines(
            settings.SELLER_NAME, settings.MAIL_POSTAL_ADDRESS, _tax(settings.SELLER_TAX_ID)
        ),
        buyer=named_on_papers(payment.payer),
        subject=_lines(*subject),
        created_at=at,
        updated_at=at,
    )


def named_on_papers(member: User) -> str:
    """Name, address and tax number of a member, a line each; read with ``billing_details``."""
    details = getattr(member, "billing_details", None) or BillingDetails()
    return _lines(
        details.name or member.name, details.address or member.email, _tax(details.tax_id)
    )


def _tax(number: str) -> str:
    return f"Tax number {number}" if number else ""


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


@transaction.atomic
def keep_billing_details(
    *, by: User, name: str, address: str, tax_id: str, at: datetime
) -> BillingDetails:
    """Keep what stands on the member's papers from now on; issued ones stay as they are.

    Empty values take the account's name and address. Safe to repeat. Raises Invalid naming the
    field that is too long.
    """
    given = {
        "name": " ".join(clean(name).split()),
        "address": clean(address).strip(),
        "tax_id": " ".join(clean(tax_id).split()),
    }
    limits = {"name": LONGEST_BUYER, "address": LONGEST_ADDRESS, "tax_id": LONGEST_TAX_ID}
    for field, longest in limits.items():
        if len(given[field]) > longest:
            raise Invalid.field(field, f"Use at most {longest} characters.")
    details, _ = BillingDetails.objects.update_or_create(
        user=by, defaults={**given, "updated_at": at}
    )
    return details
