"""Nouns of the billing app."""

from billing.models.payment import CheckoutSession, PaymentSplit, SplitEvent, Transaction
from billing.models.payout import BalanceAdjustment, Payout
from billing.models.refund import CardDispute, Refund, RefundRequest

__all__ = [
    "BalanceAdjustment",
    "CardDispute",
    "CheckoutSession",
    "PaymentSplit",
    "Payout",
    "Refund",
    "RefundRequest",
    "SplitEvent",
    "Transaction",
]
