"""What asking for and processing a payout share: its rows, and who hears of it."""

from datetime import datetime

from accounts.models import User
from accounts.notices import notify
from billing.ledger import move_splits
from billing.models import BalanceAdjustment, PaymentSplit, Payout
from peerloop.kit.formats import money_text

Split = PaymentSplit.Status


def rows_of(payout: Payout) -> list[PaymentSplit]:
    return list(
        PaymentSplit.objects.select_for_update(of=("self",), no_key=True)
        .filter(payout=payout, status=Split.QUEUED)
        .order_by("pk")
    )


def give_back(payout: Payout, *, at: datetime, actor: User | None, reason: str) -> None:
    move_splits(rows_of(payout), Split.RELEASABLE, at=at, actor=actor, reason=reason, payout=None)
    BalanceAdjustment.objects.filter(payout=payout).update(payout=None)


def tell(payout: Payout, template: str, title: str, at: datetime, reason: str = "") -> None:
    notify(
        people=[payout.recipient],
        kind="payout",
        title=title,
        body=reason[:500],
        url="/earnings",
        dedupe_key=f"{template}:{payout.pk}:{payout.attempt}",
        email=template,
        context={"amount": money_text(payout.amount_cents), "reason": reason, "url": "/earnings"},
        at=at,
    )
