"""The demo's payout accounts, releases of earnings and payouts."""

from billing.demo.accounts import plan_accounts
from billing.demo.payouts import plan_payouts
from billing.demo.purchases import issue_all_papers, settle_provider_events
from peerloop.kit.demo import DemoStep, Stage

DEMO = (
    DemoStep("payout accounts", Stage.PLANS, plan_accounts),
    DemoStep("payouts", Stage.PLANS, plan_payouts),
    DemoStep("payment events", Stage.SETTLED, settle_provider_events),
    DemoStep("papers", Stage.SETTLED, issue_all_papers),
)
