"""Addresses of money: buying, being paid, leaving; the provider's webhook."""

from django.urls import path

from billing import webhooks
from billing.api import admin, checkout, connect, earnings, enrollments
from billing.api import ledger as ledger_api
from billing.views import approvals as approving
from billing.views import checkout as buying
from billing.views import checkout_account as on_the_way
from billing.views import connect as account
from billing.views import earnings as earned
from billing.views import leaving, ledger, local_checkout, paid, paying, withdrawing

pages = [
    path("courses/<slug:slug>/enroll", buying.enroll, name="checkout"),
    path("courses/<slug:slug>/enroll/hold", buying.hold, name="checkout-hold"),
    path("courses/<slug:slug>/enroll/account", on_the_way.account, name="checkout-account"),
    path("enroll/success", paid.success, name="checkout-success"),
    path("settings/payments", paying.payments, name="payments"),
    path("settings/payments/saved/remove", paying.forget, name="forget-payers"),
    path("settings/payments/papers/<str:paper_id>", paying.paper, name="paper"),
    path("settings/payouts", account.payouts, name="payout-settings"),
    path("settings/payouts/account", account.account, name="payout-account"),
    path("settings/payouts/weekly", account.weekly, name="weekly-payout"),
    path("settings/payouts/dashboard", account.dashboard, name="payout-dashboard"),
    path("create/approvals/earnings", approving.to_approve, name="earnings-to-approve"),
    path("earnings", earned.earnings, name="earnings"),
    path("earnings/courses", earned.by_course, name="earnings-by-course"),
    path("earnings.csv", earned.export, name="earnings-export"),
    path("earnings/ledger", ledger.ledger, name="earnings-ledger"),
    path("earnings/ledger.csv", ledger.whole, name="ledger-export"),
    path(
        "earnings/statements/<str:year>.pdf",
        ledger.statement,
        {"form": "pdf"},
        name="statement-paper",
    ),
    path(
        "earnings/statements/<str:year>.csv",
        ledger.statement,
        {"form": "csv"},
        name="statement-export",
    ),
    path("earnings/shares/<str:split_id>", earned.share, name="earned-share"),
    path("earnings/shares/<str:split_id>/flag", approving.flag, name="flag-share"),
    path("earnings/payouts", earned.ask_payout, name="payout-request"),
    path("earnings/payouts/<str:payout_id>/cancellation", earned.take_back, name="payout-cancel"),
    path("learn/<str:enrollment_id>/cancel", leaving.leave, name="leave-course"),
    path("withdraw", withdrawing.withdraw_here, name="withdraw"),
    path("withdraw/done", withdrawing.done, name="withdraw-done"),
    path("local-payments/checkout/<str:object_id>", local_checkout.checkout, name="local-checkout"),
    path(
        "local-payments/onboarding/<str:object_id>",
        local_checkout.onboarding,
        name="local-onboarding",
    ),
    path(
        "local-payments/dashboard/<str:object_id>", local_checkout.dashboard, name="local-dashboard"
    ),
]
api = [
    path("courses/<str:course_id>/enroll", checkout.EnrollEndpoint.as_view(), name="course-enroll"),
    path("checkout/create", checkout.CheckoutEndpoint.as_view(), name="checkout"),
    path("checkout/session", checkout.CheckoutSessionEndpoint.as_view(), name="checkout-session"),
    path("payments/connect/onboard", connect.OnboardEndpoint.as_view(), name="connect-onboard"),
    path("payments/connect/status", connect.AccountStatusEndpoint.as_view(), name="connect-status"),
    path(
        "payments/connect/dashboard", connect.DashboardEndpoint.as_view(), name="connect-dashboard"
    ),
    path("earnings", earnings.EarningsEndpoint.as_view(), name="earnings"),
    path("earnings/ledger", ledger_api.LedgerEndpoint.as_view(), name="earnings-ledger"),
    path("payouts", earnings.PayoutsEndpoint.as_view(), name="payouts"),
    path("payouts/request", earnings.PayoutRequestEndpoint.as_view(), name="payout-request"),
    path("payouts/<str:payout_id>", earnings.OwnPayoutEndpoint.as_view(), name="payout"),
    path(
        "enrollments/<str:enrollment_id>",
        enrollments.EnrollmentEndpoint.as_view(),
        name="enrollment",
    ),
    path(
        "enrollments/<str:enrollment_id>/refund",
        enrollments.RefundPreviewEndpoint.as_view(),
        name="enrollment-refund",
    ),
    path("admin/pending-payouts", admin.PendingPayoutsEndpoint.as_view(), name="pending-payouts"),
    path("admin/payouts/batch", admin.BatchEndpoint.as_view(), name="payout-batch"),
    path(
        "admin/payouts/<str:payout_id>/process",
        admin.ProcessPayoutEndpoint.as_view(),
        name="process-payout",
    ),
    path("webhooks/stripe", webhooks.StripeWebhook.as_view(), name="stripe-webhook"),
]
