"""The role of those to whom money was ever due: it outlives their courses and teaching (OUT-2)."""

from django.db.models import Exists, OuterRef

from billing.models import BalanceAdjustment, PaymentSplit, Payout
from peerloop.kit.roles import Role

# Who earns, and who may see the pages and endpoints of money: the two, and those who did.
ACTIVE = ("teach", "create")
EARNING = (*ACTIVE, "earn")

ROLES = tuple(
    Role(name="earn", order=50, held=Exists(rows.filter(recipient=OuterRef("pk"))))
    for rows in (
        PaymentSplit.objects.all(),
        BalanceAdjustment.objects.filter(payout=None),
        Payout.objects.all(),
    )
)
