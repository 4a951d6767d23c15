"""Whether two accounts belong to one purse (rule GW-7)."""

from uuid import UUID

from django.db.models import Exists, OuterRef

from billing.models import MoneyMark, Transaction


def share_money(one: UUID, other: UUID) -> bool:
    """Whether one paid for the other, or both used one card or payout account. Two statements."""
    same = MoneyMark.objects.filter(user=other, mark=OuterRef("mark"))
    if MoneyMark.objects.filter(Exists(same), user=one).exists():
        return True
    paid = Transaction.objects.filter(payer=one, student=other)
    return (paid | Transaction.objects.filter(payer=other, student=one)).exists()
