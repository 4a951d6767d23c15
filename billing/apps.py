"""Billing: checkout, splits, escrow, refunds, payouts."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """The billing app."""

    name = "billing"
