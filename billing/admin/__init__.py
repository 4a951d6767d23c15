"""Money in the admin site: read everything, change only through actions (rules ADM-1, ADM-2)."""

from billing.admin import (
    adjustments,
    books,
    comps,
    confirmations,
    papers,
    payers,
    payments,
    payouts,
    refunds,
    withdrawals,
)

__all__ = [
    "adjustments",
    "books",
    "comps",
    "confirmations",
    "papers",
    "payers",
    "payments",
    "payouts",
    "refunds",
    "withdrawals",
]
