"""Refunds and transfers reported by events: booked once, whoever made them."""

import pytest

from billing.models import BalanceAdjustment, Payout, Refund, Transaction
from billing.providers import local_page, payments
from billing.providers import local_store as store
from billing.providers.base import RefundOrder, TransferOrder
from billing.tests.stage import a_checkout, a_payment, an_event, outcome, settle
from billing.tests.test_pages_payouts import connected
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db


def bought():
    course = a_course()
    return a_payment(a_member(), course, a_teacher(course).user)


def test_a_refund_of_the_console_is_booked_once():
    payment = bought()
    order = RefundOrder(payment.stripe_payment_intent_id, 45_000, reference="")
    payments().create_refund(order, key="console")

    settle()

    payment.refresh_from_db()
    assert (payment.status, payment.refunded_cents) == ("refunded", 45_000)
    charge = store.fetch(store.Kind.CHARGE, payment.stripe_charge_id).data
    assert outcome(an_event("charge.refunded", charge)) == "done"
    assert Refund.objects.count() == 1
    payment.enrollment.refresh_from_db()
    assert payment.enrollment.status == "cancelled"


def test_a_refund_that_comes_before_its_payment():
    course = a_course()
    a_teacher(course)
    checkout = a_checkout(a_member(), course)
    local_page.pay(checkout.stripe_session_id)
    page = payments().get_checkout_session(checkout.stripe_session_id)
    payments().create_refund(RefundOrder(page.payment_id, 45_000, ""), key="early")
    charge = store.fetch(store.Kind.CHARGE, page.charge_id).data

    assert outcome(an_event("charge.refunded", charge)) == "done"

    assert Transaction.objects.get().refunded_cents == 45_000
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"object": "charge", "id": "ch_1", "payment_intent": "pi_1"},
        {"object": "charge", "id": "ch_1", "payment_intent": None},
        {"object": "refund", "id": "re_1", "charge": None},
    ],
)
def test_refunds_of_unknown_payments_are_ignored(data):
    assert outcome(an_event("charge.refunded", data)) == "ignored"


def a_payout(user):
    payout = Payout.objects.create(
        recipient=user, amount_cents=6300, status="processing", processed_at=clock.now()
    )
    BalanceAdjustment.objects.create(
        recipient=user, amount_cents=6300, reason="bonus", payout=payout
    )
    return payout


@pytest.mark.parametrize("kind", ["transfer.created", "transfer.paid"])
def test_a_transfer_pays_its_payout(kind):
    tom = connected(a_teacher(a_course()).user)
    tom.refresh_from_db()
    payout = a_payout(tom)
    order = TransferOrder(tom.stripe_account_id, 6300, "usd", f"payout:{payout.pk}")
    transfer = payments().create_transfer(order, key="payout")
    data = store.fetch(store.Kind.TRANSFER, transfer.transfer_id).data

    assert outcome(an_event(kind, data)) == "done"

    payout.refresh_from_db()
    assert (payout.status, payout.stripe_transfer_id) == ("paid", transfer.transfer_id)


@pytest.mark.parametrize(
    "other", [{"amount": 6301}, {"currency": "eur"}, {"destination": "acct_other"}]
)
def test_another_transfer_pays_nothing(other):
    tom = connected(a_teacher(a_course()).user)
    tom.refresh_from_db()
    payout = a_payout(tom)
    data = {
        "id": "tr_1",
        "amount": 6300,
        "amount_reversed": 0,
        "currency": "usd",
        "destination": tom.stripe_account_id,
        "transfer_group": f"payout:{payout.pk}",
        **other,
    }
    assert outcome(an_event("transfer.created", data)) == "ignored"
    payout.refresh_from_db()
    assert payout.status == "processing"


NOBODY = "01a20000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("group", ["", "payout:x", f"payout:{NOBODY}", f"other:{NOBODY}", None])
def test_transfers_of_unknown_payouts_are_ignored(group):
    data = {
        "id": "tr_1",
        "amount": 1,
        "amount_reversed": 0,
        "currency": "usd",
        "destination": "acct_1",
        "transfer_group": group,
    }
    assert outcome(an_event("transfer.created", data)) == "ignored"
