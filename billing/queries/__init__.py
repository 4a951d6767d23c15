"""Reads of the billing app."""

from billing.queries.earnings import (
    CourseEarnings,
    Earnings,
    adjustments_of,
    earned_rows,
    earnings_by_course,
    earnings_of,
    least_cents_of,
    milestones_of,
    payout_least_cents,
    payouts_of,
    rows_to_approve,
)
from billing.queries.payouts import (
    PayoutCheck,
    PendingRecipient,
    checked_payouts,
    pending_payouts,
    pending_recipients,
    summary_of_month,
)

__all__ = [
    "CourseEarnings",
    "Earnings",
    "PayoutCheck",
    "PendingRecipient",
    "adjustments_of",
    "checked_payouts",
    "earned_rows",
    "earnings_by_course",
    "earnings_of",
    "least_cents_of",
    "milestones_of",
    "payout_least_cents",
    "payouts_of",
    "pending_payouts",
    "pending_recipients",
    "rows_to_approve",
    "summary_of_month",
]
