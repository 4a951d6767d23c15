"""Payouts, refunds and reversals through the Stripe adapter, against a small Stripe of ours."""

import pytest

from accounts.models import User
from billing.actions.clawbacks import reverse_waiting
from billing.actions.payout_processing import process_payout
from billing.actions.refund_booking import book_refund
from billing.actions.refund_sending import send_refund
from billing.actions.refunds import approve_refund, cancel_enrollment
from billing.models import Payout, Transaction
from billing.providers import base, stripe_calls
from billing.providers.stripe import StripePayments
from billing.queries import earnings_of
from billing.tests.money_stage import (
    ada,
    ask,
    earned,
    faulty,
    ledger_balances,
    paid_enrollment,
    payment_of,
)
from billing.tests.stripe_stand_in import StripeStandIn, reply
from peerloop.kit import clock
from peerloop.kit.refusals import OutsideDown

pytestmark = pytest.mark.django_db


@pytest.fixture
def stand_in(httpserver, settings, monkeypatch):
    stripe = StripeStandIn(httpserver)
    settings.STRIPE_SECRET_KEY = "sk_test_stand_in"
    settings.STRIPE_API_BASE = stripe.url
    monkeypatch.setattr(stripe_calls, "RETRIES", 0)
    return stripe


@pytest.fixture
def at_stripe(stand_in):
    with faulty(StripePayments()):
        yield stand_in


def a_payout(stripe) -> Payout:
    """Tom's payout, to an account at Stripe."""
    tom = earned().teacher
    account = stripe.new(
        "account", "acct", capabilities={"transfers": "active"}, payouts_enabled=True
    )
    User.objects.filter(pk=tom.pk).update(stripe_account_id=account["id"])
    return ask(tom)


def send(payout):
    return process_payout(payout_id=payout.pk, by=ada(), at=clock.now())


def made(stripe, kind):
    return [row for row in stripe.objects.values() if row["object"] == kind]


def test_a_payout_is_one_transfer(at_stripe):
    payout = a_payout(at_stripe)
    assert send(payout).status == "paid"
    assert send(payout).status == "paid"
    [transfer] = made(at_stripe, "transfer")
    assert (transfer["amount"], transfer["transfer_group"]) == (10_500, f"payout:{payout.pk}")
    assert transfer["metadata"] == {"payout_id": str(payout.pk)}


def test_an_error_of_stripe_is_looked_up_and_takes_another_key(at_stripe):
    payout = a_payout(at_stripe)
    at_stripe.faults = [500]
    with pytest.raises(OutsideDown):
        send(payout)
    payout.refresh_from_db()
    assert (payout.status, payout.attempt) == ("processing", 2)
    assert send(payout).status == "paid"
    assert set(at_stripe.answers) == {f"payout:{payout.pk}:{number}" for number in (1, 2)}


def test_a_gateway_in_between_is_no_answer_of_stripe(at_stripe):
    payout = a_payout(at_stripe)
    for status in (502, 503, 504):
        at_stripe.faults = [status]
        with pytest.raises(OutsideDown):
            send(payout)
        # The repeat looks first: that look has to be answered.
        payout.refresh_from_db()
        at_stripe.faults = []
    assert payout.attempt == 1
    assert send(payout).status == "paid"
    assert len(made(at_stripe, "transfer")) == 1


def test_an_account_that_can_not_receive_fails_the_payout(at_stripe):
    payout = a_payout(at_stripe)
    at_stripe.get(User.objects.get(pk=payout.recipient_id).stripe_account_id)["capabilities"] = {
        "transfers": "inactive"
    }
    assert send(payout).status == "failed"
    ledger_balances()


def test_only_the_error_that_stripe_keeps_counts_as_an_answer():
    assert base.has_answered(base.Unavailable("x", code=base.ANSWERED))
    for code in ("", "http_503", "idempotency_key_in_use", "rate_limit"):
        assert not base.has_answered(base.Unavailable("x", code=code))


def bought_at(stripe, enrollment) -> Transaction:
    """The payment behind an enrollment stands at Stripe."""
    payment = payment_of(enrollment)
    charge = stripe.new("charge", "ch", amount=45_000, amount_refunded=0, disputed=False)
    intent = stripe.new("payment_intent", "pi", amount=45_000, latest_charge=charge["id"])
    Transaction.objects.filter(pk=payment.pk).update(
        stripe_payment_intent_id=intent["id"], stripe_charge_id=charge["id"]
    )
    payment.refresh_from_db()
    return payment


def test_a_refund_is_one_refund(at_stripe):
    enrollment = paid_enrollment()
    payment = bought_at(at_stripe, enrollment)
    request = cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="", at=clock.now()
    )
    approve_refund(request=request, by=ada(), at=clock.now())
    at_stripe.faults = [503]
    with pytest.raises(OutsideDown):
        send_refund(request_id=request.pk, at=clock.now())
    assert send_refund(request_id=request.pk, at=clock.now())

    [refund] = made(at_stripe, "refund")
    assert refund["metadata"] == {"request_id": str(request.pk)}
    payment.refresh_from_db()
    assert payment.status == "refunded"
    ledger_balances()


def test_a_paid_share_is_taken_back_at_stripe(at_stripe):
    payout = a_payout(at_stripe)
    send(payout)
    enrollment = payout.splits.first().transaction.enrollment
    book_refund(
        payment=payment_of(enrollment), refund_id="re_1", amount_cents=45_000, at=clock.now()
    )
    assert reverse_waiting(at=clock.now()) == 1
    [transfer] = made(at_stripe, "transfer")
    assert transfer["amount_reversed"] == 10_500
    tom = User.objects.get(pk=payout.recipient_id)
    assert earnings_of(tom).total_earned_cents == 0
    ledger_balances()


def taken_back(stripe, held=None):
    """A paid share that has to come back; ``held`` is what lies on Tom's account."""
    payout = a_payout(stripe)
    send(payout)
    if held is not None:
        stripe.balances[User.objects.get(pk=payout.recipient_id).stripe_account_id] = held
    enrollment = payout.splits.first().transaction.enrollment
    book_refund(
        payment=payment_of(enrollment), refund_id="re_1", amount_cents=45_000, at=clock.now()
    )
    return payout


def test_an_error_kept_for_a_reversal_is_looked_behind_and_takes_another_key(at_stripe):
    payout = taken_back(at_stripe)
    at_stripe.faults = [500]
    assert reverse_waiting(at=clock.now()) == 0
    assert reverse_waiting(at=clock.now()) == 1
    assert [one["amount"] for one in made(at_stripe, "transfer_reversal")] == [10_500]
    payout.refresh_from_db()
    assert payout.reversed_cents == 10_500
    ledger_balances()


def test_a_reversal_whose_answer_was_lost_for_days_is_not_made_twice(at_stripe):
    payout = taken_back(at_stripe)

    def done_then_silent():
        at_stripe.reversal_create([made(at_stripe, "transfer")[0]["id"]], at_stripe.calls[-1][2])
        return reply(503, {})

    at_stripe.faults = [done_then_silent]
    assert reverse_waiting(at=clock.now()) == 0
    # A day later Stripe has forgotten the key.
    at_stripe.answers.clear()
    assert reverse_waiting(at=clock.now()) == 1
    assert [one["amount"] for one in made(at_stripe, "transfer_reversal")] == [10_500]
    payout.refresh_from_db()
    assert payout.reversed_cents == 10_500
    ledger_balances()


def test_a_balance_that_covers_a_part_gives_that_part_back(at_stripe):
    payout = taken_back(at_stripe, held=4_000)
    reverse_waiting(at=clock.now())
    reverse_waiting(at=clock.now())

    assert [one["amount"] for one in made(at_stripe, "transfer_reversal")] == [4_000]
    payout.refresh_from_db()
    assert payout.reversed_cents == 4_000
    assert earnings_of(User.objects.get(pk=payout.recipient_id)).available_cents == -6_500
    assert not payout.reversals.filter(status="waiting").exists()
    ledger_balances()


def test_an_empty_balance_leaves_the_debt_to_later_payouts(at_stripe):
    payout = taken_back(at_stripe, held=0)
    reverse_waiting(at=clock.now())
    assert made(at_stripe, "transfer_reversal") == []
    assert earnings_of(User.objects.get(pk=payout.recipient_id)).available_cents == -10_500
    ledger_balances()
