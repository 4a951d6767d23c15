"""Known sessions are followed, everything else changes nothing."""

import random

import pytest

from accounts.models import Email, Notification, WebhookEvent
from billing.models import CheckoutSession, LocalPaymentObject, PaymentSplit, Transaction
from billing.providers import local_page
from billing.providers import local_store as store
from billing.tests.stage import a_checkout, an_event, outcome, send, session_data, settle
from learning.models import Enrollment
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout():
    course = a_course()
    return a_checkout(a_member(), course, a_teacher(course).user)


def state(checkout):
    checkout.refresh_from_db()
    return checkout.status


def test_a_completed_session_enrolls(checkout):
    event = an_event("checkout.session.completed", session_data(checkout))

    assert outcome(event) == "done"

    payment = Transaction.objects.get()
    assert payment.enrollment.student == checkout.student
    assert {split.events.get().event_id for split in payment.splits.all()} == {event["id"]}


def test_a_session_that_settles_later_waits_for_its_money(checkout):
    waiting = session_data(checkout, payment_status="unpaid")
    assert outcome(an_event("checkout.session.completed", waiting)) == "ignored"
    assert state(checkout) == "open"

    paid = an_event("checkout.session.async_payment_succeeded", session_data(checkout))
    assert outcome(paid) == "done"
    assert state(checkout) == "paid"


def test_a_payment_that_never_arrives_fails_the_checkout(checkout):
    data = session_data(checkout, payment_status="unpaid")
    for _ in range(2):
        assert outcome(an_event("checkout.session.async_payment_failed", data)) == "done"
    assert state(checkout) == "failed"
    assert not Enrollment.objects.exists()
    assert Notification.objects.filter(user=checkout.student, kind="payment").count() == 1
    assert Email.objects.filter(template="payment-failed", to=checkout.payer.email).count() == 1


def test_an_expired_session_ends_the_checkout_but_never_a_paid_one(checkout):
    expired = session_data(checkout, status="expired", payment_status="unpaid")
    assert outcome(an_event("checkout.session.completed", session_data(checkout))) == "done"
    assert outcome(an_event("checkout.session.expired", expired)) == "done"
    assert state(checkout) == "paid"


def test_an_expired_session_ends_an_open_checkout(checkout):
    expired = session_data(checkout, status="expired", payment_status="unpaid")
    assert outcome(an_event("checkout.session.expired", expired)) == "done"
    assert state(checkout) == "expired"


@pytest.mark.parametrize(
    "kind",
    [
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_failed",
    ],
)
def test_an_unknown_checkout_session_is_ignored(checkout, kind):
    stranger = session_data(
        checkout,
        id="cs_unknown",
        client_reference_id="9e4b3f3e-0000-7000-8000-000000000000",
        metadata={},
    )
    event = an_event(kind, stranger)
    assert outcome(event) == "ignored"
    assert "checkout" in WebhookEvent.objects.get(event_id=event["id"]).error
    assert state(checkout) == "open"
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"amount_total": 1}, {"currency": "eur"}, {"amount_total": 0, "currency": "usd"}]
)
def test_a_wrong_sum_enrolls_nobody(checkout, wrong):
    event = an_event("checkout.session.completed", session_data(checkout, **wrong))
    assert outcome(event) == "new"
    assert not Enrollment.objects.exists()
    assert "WrongAmount" in WebhookEvent.objects.get(event_id=event["id"]).error


@pytest.mark.parametrize(
    "broken",
    [
        {"amount_total": "450.00"},
        {"amount_total": -1},
        {"amount_total": True},
        {"amount_total": None},
        {"currency": None},
        {"status": 5},
        {"id": None},
    ],
)
def test_an_object_of_another_shape_enrolls_nobody(checkout, broken):
    data = session_data(checkout, **broken)
    assert outcome(an_event("checkout.session.completed", data)) == "new"
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("payload", [{}, {"data": None}, {"data": {"object": []}}, {"data": []}])
def test_an_event_without_an_object_is_filed_away(payload):
    event = {**an_event("checkout.session.completed", {}), **payload}
    if not payload:
        del event["data"]
    assert outcome(event) == "ignored"


def test_unknown_kinds_are_kept_and_ignored():
    assert outcome(an_event("customer.created", {"id": "cus_1"})) == "ignored"


def test_the_payment_may_come_before_the_session(checkout):
    local_page.pay(checkout.stripe_session_id)
    page = LocalPaymentObject.objects.get(object_id=checkout.stripe_session_id)
    payment = store.fetch(store.Kind.PAYMENT, page.data["payment_intent"]).data

    assert outcome(an_event("payment_intent.succeeded", payment)) == "done"

    assert state(checkout) == "paid"
    assert Transaction.objects.get().stripe_charge_id == payment["latest_charge"]


def test_the_payment_brings_the_id_of_the_charge(checkout):
    outcome(an_event("checkout.session.completed", session_data(checkout)))
    payment_id = Transaction.objects.get().stripe_payment_intent_id
    data = {
        "id": payment_id,
        "status": "succeeded",
        "amount": 45_000,
        "currency": "usd",
        "latest_charge": "ch_1",
        "metadata": {},
    }
    assert outcome(an_event("payment_intent.succeeded", data)) == "done"
    assert Transaction.objects.get().stripe_charge_id == "ch_1"


def test_an_unknown_payment_is_ignored():
    data = {"id": "pi_1", "status": "succeeded", "amount": 1, "currency": "usd"}
    assert outcome(an_event("payment_intent.succeeded", data)) == "ignored"


def test_a_session_without_its_payment_is_looked_up(checkout):
    local_page.pay(checkout.stripe_session_id)
    event = an_event("checkout.session.completed", session_data(checkout, payment_intent=None))

    assert outcome(event) == "done"
    assert Transaction.objects.get().stripe_payment_intent_id.startswith("pi_local_")


def test_any_number_of_events_in_any_order_have_one_effect(checkout):
    local_page.pay(checkout.stripe_session_id)
    page = LocalPaymentObject.objects.get(object_id=checkout.stripe_session_id).data
    payment = store.fetch(store.Kind.PAYMENT, page["payment_intent"]).data
    events = [an_event("checkout.session.completed", page) for _ in range(4)]
    events += [an_event("payment_intent.succeeded", payment) for _ in range(4)]
    events *= 3
    random.Random(5).shuffle(events)

    for event in events:
        assert send(event).status_code == 200
        settle()

    assert Enrollment.objects.count() == 1
    assert Transaction.objects.count() == 1
    assert PaymentSplit.objects.count() == 9
    assert set(WebhookEvent.objects.values_list("status", flat=True)) <= {"done", "ignored"}


def test_a_declined_card_leaves_the_page_open(checkout):
    local_page.decline(checkout.stripe_session_id)
    settle()
    assert state(checkout) == "open"
    local_page.pay(checkout.stripe_session_id)
    settle()
    assert state(checkout) == "paid"
    assert CheckoutSession.objects.count() == 1
