"""Reads of the billing app."""

from billing.queries.earnings import Earnings, earned_rows, earnings_of, payouts_of
from billing.queries.ledger import Difference, differences
from billing.queries.payouts import (
    PendingRecipient,
    pending_payouts,
    pending_recipients,
    summary_of_month,
)

__all__ = [
    "Difference",
    "Earnings",
    "PendingRecipient",
    "differences",
    "earned_rows",
    "earnings_of",
    "payouts_of",
    "pending_payouts",
    "pending_recipients",
    "summary_of_month",
]
