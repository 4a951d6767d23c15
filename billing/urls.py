"""Addresses of money: buying, being paid, leaving; the provider's webhook."""

from django.urls import path

from billing import webhooks
from billing.api import checkout, connect
from billing.views import checkout as buying
from billing.views import connect as account
from billing.views import local_checkout

pages = [
    path("courses/<slug:slug>/enroll", buying.enroll, name="checkout"),
    path("enroll/success", buying.success, name="checkout-success"),
    path("settings/payouts", account.payouts, name="payout-settings"),
    path("settings/payouts/account", account.account, name="payout-account"),
    path("settings/payouts/dashboard", account.dashboard, name="payout-dashboard"),
    path("local-payments/checkout/<str:object_id>", local_checkout.checkout),
    path("local-payments/onboarding/<str:object_id>", local_checkout.onboarding),
    path("local-payments/dashboard/<str:object_id>", local_checkout.dashboard),
]
api = [
    path("courses/<str:course_id>/enroll", checkout.EnrollEndpoint.as_view()),
    path("checkout/create", checkout.CheckoutEndpoint.as_view()),
    path("checkout/session", checkout.CheckoutSessionEndpoint.as_view()),
    path("payments/connect/onboard", connect.OnboardEndpoint.as_view()),
    path("payments/connect/status", connect.AccountStatusEndpoint.as_view()),
    path("payments/connect/dashboard", connect.DashboardEndpoint.as_view()),
    path("webhooks/stripe", webhooks.StripeWebhook.as_view()),
]
