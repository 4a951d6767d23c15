"""Random lives of money: bought, held, paid, refunded, disputed, with a provider that fails.

After each step the ledger balances (MON-2); at the end, with the provider well again, its ledger is
ours to the cent. ``PEERLOOP_LONG=1`` walks the long way of the security standard.
"""

import os
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from accounts.models import User
from billing.actions.escrow import clear_flag, flag_part
from billing.actions.payout_batches import process_all
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import cancel_payout, request_payout, retry_payout
from billing.actions.refund_sending import send_again, send_refund
from billing.actions.refunds import approve_refund, grant_refund
from billing.models import (
    BalanceAdjustment,
    Hold,
    LocalPaymentObject,
    PaymentSplit,
    Payout,
    RefundFailure,
    RefundRequest,
    Transaction,
)
from billing.providers import local_console
from billing.providers.base import Rejected
from billing.tests.money_stage import faulty
from billing.tests.money_world import FAULTS, WHICH, MoneyWorld, pick
from peerloop.kit import clock

pytestmark = pytest.mark.django_db
LONG = bool(os.environ.get("PEERLOOP_LONG"))
# Shrinking a life of sixty steps takes many minutes; the seed repeats it.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


class Money(MoneyWorld):
    """What people and the provider do with the money."""

    # Money out.

    @rule(which=WHICH, cents=st.one_of(st.none(), st.integers(5_000, 60_000)))
    def ask(self, which: int, cents: int | None) -> None:
        member = User.objects.get(pk=self.earners[which % 3].pk)
        self.act(lambda: request_payout(recipient=member, amount_cents=cents, at=self.now))

    @rule(which=WHICH, fault=FAULTS)
    def process(self, which: int, fault: Any) -> None:
        payout = pick(Payout.objects.filter(status__in=["pending", "processing"]), which)
        if payout is not None:
            with faulty(create_transfer=[fault]):
                self.act(lambda: process_payout(payout_id=payout.pk, by=self.admin, at=self.now))

    @rule(fault=FAULTS)
    def process_everything(self, fault: Any) -> None:
        with faulty(create_transfer=[fault]):
            self.act(lambda: process_all(by=self.admin, at=self.now))

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        payout = pick(Payout.objects.filter(status="pending"), which)
        if payout is not None:
            self.act(lambda: cancel_payout(payout_id=payout.pk, by=self.admin, at=self.now))

    @rule(which=WHICH)
    def retry(self, which: int) -> None:
        payout = pick(Payout.objects.filter(status="failed"), which)
        if payout is not None:
            self.act(lambda: retry_payout(payout_id=payout.pk, by=self.admin, at=self.now))

    @rule(which=WHICH)
    def account_to_bank(self, which: int) -> None:
        local_console.pay_out(self.earners[which % 3].stripe_account_id or "")

    @rule(which=WHICH, cents=st.integers(-2_000, 2_000).filter(bool))
    def adjust(self, which: int, cents: int) -> None:
        reason = "bonus" if cents > 0 else "chargeback"
        member = self.earners[which % 3]
        BalanceAdjustment.objects.create(recipient=member, amount_cents=cents, reason=reason)

    @rule(which=WHICH)
    def flag(self, which: int) -> None:
        split = pick(PaymentSplit.objects.filter(status="held").exclude(delivered_at=None), which)
        if split is not None:
            creator = split.transaction.course.creator
            self.act(lambda: flag_part(split=split, reason="?", by=creator, at=self.now))

    @rule(which=WHICH)
    def clear(self, which: int) -> None:
        flagged = Hold.objects.standing().filter(cause="flag").values("split")
        split = pick(PaymentSplit.objects.filter(pk__in=flagged), which)
        if split is not None:
            self.act(lambda: clear_flag(split=split, reason="ok", by=self.admin, at=self.now))

    # Money back.

    @rule(which=WHICH, more=st.integers(0, 20_000))
    def approve(self, which: int, more: int) -> None:
        asked = pick(RefundRequest.objects.filter(status__in=["pending", "failed"]), which)
        if asked is not None:
            self.act(
                lambda: approve_refund(
                    request=asked,
                    by=self.admin,
                    at=self.now,
                    amount_cents=asked.policy_cents + more,
                    reason="kind",
                )
            )

    @rule(which=WHICH, fault=FAULTS)
    def send(self, which: int, fault: Any) -> None:
        asked = pick(RefundRequest.objects.filter(status__in=["approved", "processing"]), which)
        if asked is not None:
            with faulty(create_refund=[fault]):
                self.act(lambda: send_refund(request_id=asked.pk, at=self.now))

    @rule(which=WHICH, cents=st.integers(1, 50_000))
    def grant(self, which: int, cents: int) -> None:
        payment = pick(Transaction.objects.all(), which)
        if payment is not None:
            self.act(
                lambda: grant_refund(
                    payment=payment, amount_cents=cents, reason="kind", by=self.admin, at=self.now
                )
            )

    @rule(which=WHICH, cents=st.integers(1, 50_000), is_all=st.booleans())
    def refund_in_console(self, which: int, cents: int, is_all: bool) -> None:
        payment = pick(Transaction.objects.all(), which)
        if payment is None or self.is_disputed_there(payment):
            return
        left = payment.amount_cents - self.refunded_there(payment)
        with clock.frozen_at(self.now), suppress(Rejected):
            amount = left if is_all else min(cents, left)
            if amount:
                local_console.refund(payment.stripe_payment_intent_id, amount)

    @rule(which=WHICH)
    def refund_fails(self, which: int) -> None:
        refund = pick(LocalPaymentObject.objects.filter(kind="refund"), which)
        if refund is not None and refund.data["status"] == "succeeded":
            with clock.frozen_at(self.now):
                local_console.fail_refund(refund.object_id)

    @rule(which=WHICH)
    def refund_again(self, which: int) -> None:
        failure = pick(RefundFailure.objects.all(), which)
        if failure is not None:
            self.act(lambda: send_again(failure=failure, by=self.admin, at=self.now))

    @rule(which=WHICH, is_part=st.booleans())
    def dispute(self, which: int, is_part: bool) -> None:
        payment = pick(Transaction.objects.all(), which)
        if payment is None or self.is_disputed_there(payment):
            return
        left = payment.amount_cents - self.refunded_there(payment)
        if left:
            amount = max(left // 2, 1) if is_part else left
            with clock.frozen_at(self.now):
                local_console.open_dispute(payment.stripe_payment_intent_id, amount_cents=amount)

    @rule(which=WHICH, status=st.sampled_from(["won", "lost", "under_review"]))
    def decide(self, which: int, status: str) -> None:
        found = pick(LocalPaymentObject.objects.filter(kind="dispute"), which)
        if found is not None and found.data["status"] not in ("won", "lost"):
            with clock.frozen_at(self.now):
                local_console.move_dispute(found.object_id, status)

    @rule(which=WHICH, cents=st.integers(1, 5_000))
    def reverse_in_console(self, which: int, cents: int) -> None:
        payout = pick(Payout.objects.filter(status="paid"), which)
        if payout is not None:
            with clock.frozen_at(self.now), suppress(Rejected):
                local_console.reverse(payout.stripe_transfer_id or "", cents)


def test_random_lives_of_money() -> None:
    Money.settle_people()
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=300 if LONG else 12,
            stateful_step_count=60 if LONG else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=PHASES,
        ),
    )
