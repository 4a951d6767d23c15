"""Keep by what accounts of one purse are known (rule GW-7)."""

from accounts.models import User
from billing.models import MoneyMark


def keep_mark(*, user: User, kind: str, mark: str) -> None:
    """Keep the provider's fingerprint of a card or payout account. Safe to repeat; none for ""."""
    if mark:
        MoneyMark.objects.get_or_create(user=user, kind=kind, mark=mark[:64])
