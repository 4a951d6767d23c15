"""Nouns of the billing app."""

from billing.models.payment import CheckoutSession, PaymentSplit, SplitEvent, Transaction
from billing.models.payout import BalanceAdjustment, Payout
from billing.models.provider import LocalPaymentObject, PayoutAccount
from billing.models.refund import CardDispute, Refund, RefundRequest

__all__ = [
    "BalanceAdjustment",
    "CardDispute",
    "CheckoutSession",
    "LocalPaymentObject",
    "PaymentSplit",
    "Payout",
    "PayoutAccount",
    "Refund",
    "RefundRequest",
    "SplitEvent",
    "Transaction",
]
