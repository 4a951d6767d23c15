"""What a member paid, with the papers of it."""

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from billing.models import Paper, Transaction


def payments_of(member: User) -> QuerySet[Transaction]:
    """The member's payments, newest first, each with its papers in ``papers_in_order``."""
    papers = Paper.objects.only("kind", "year", "number", "transaction", "amount_cents")
    return (
        Transaction.objects.filter(payer=member)
        .select_related("course")
        .only(
            *("amount_cents", "currency", "refunded_cents", "paid_at", "payer_id", "status"),
            *("course__title", "course__slug"),
        )
        .prefetch_related(
            Prefetch("papers", papers.order_by("issued_at", "pk"), to_attr="papers_in_order")
        )
        .order_by("-paid_at", "-pk")
    )
