"""Nouns of the billing app."""

from billing.models.books import BooksDifference, BooksLook, MoneyDay, ProviderEntry
from billing.models.checkout import CheckoutSession
from billing.models.comp import CompEnrollment
from billing.models.confirmation import Confirmation
from billing.models.hold import Hold
from billing.models.marks import MoneyMark
from billing.models.paper import BillingDetails, Paper
from billing.models.payer import Payer
from billing.models.payment import Transaction
from billing.models.payout import BalanceAdjustment, Payout, TransferReversal
from billing.models.provider import LocalPaymentObject, PayoutAccount
from billing.models.refund import (
    CardDispute,
    ExcessRefund,
    Refund,
    RefundFailure,
    RefundReplacement,
    RefundRequest,
)
from billing.models.split import PaymentSplit, SplitEvent
from billing.models.weekly_payout import WeeklyPayout
from billing.models.withdrawal import Withdrawal

__all__ = [
    "BalanceAdjustment",
    "BillingDetails",
    "BooksDifference",
    "BooksLook",
    "CardDispute",
    "CheckoutSession",
    "CompEnrollment",
    "Confirmation",
    "ExcessRefund",
    "Hold",
    "LocalPaymentObject",
    "MoneyDay",
    "MoneyMark",
    "Paper",
    "Payer",
    "PaymentSplit",
    "Payout",
    "PayoutAccount",
    "ProviderEntry",
    "Refund",
    "RefundFailure",
    "RefundReplacement",
    "RefundRequest",
    "SplitEvent",
    "Transaction",
    "TransferReversal",
    "WeeklyPayout",
    "Withdrawal",
]
