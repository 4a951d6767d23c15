"""One contract, two adapters: what each call gives, repeats, and refuses."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from billing.providers import local_page
from billing.providers.base import (
    BookKind,
    BookPage,
    CheckoutOrder,
    Payee,
    PaymentProvider,
    RefundOrder,
    Rejected,
    TransferOrder,
    is_without_account,
)
from billing.providers.local import LocalPayments
from billing.providers.stripe import StripePayments
from billing.tests.stripe_stand_in import StripeStandIn
from peerloop.kit import clock
from peerloop.kit.ids import uuid7

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """An adapter, and what people do at its provider."""

    provider: PaymentProvider
    pay: Callable[[str], object]
    finish_onboarding: Callable[[str], object]


@pytest.fixture
def stand_in(httpserver, settings):
    stripe = StripeStandIn(httpserver)
    settings.STRIPE_SECRET_KEY = "sk_test_stand_in"
    settings.STRIPE_API_BASE = stripe.url
    return stripe


@pytest.fixture(params=["local", "stripe"])
def world(request) -> World:
    if request.param == "local":
        return World(LocalPayments(), local_page.pay, local_page.finish_onboarding)
    stripe = request.getfixturevalue("stand_in")
    return World(StripePayments(), stripe.pay, stripe.finish_onboarding)


def an_order(**changed):
    whole = CheckoutOrder(
        reference=str(uuid7()),
        title="Prompting",
        amount_cents=45_000,
        currency="usd",
        email="sam@members.peerloop.test",
        success_url="http://localhost:8000/enroll/success?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="http://localhost:8000/courses/prompting/enroll",
        expires_at=clock.now() + timedelta(hours=24),
        metadata={"course_id": "1", "teacher_id": ""},
    )
    return replace(whole, **changed)


@pytest.mark.parametrize("adapter", [LocalPayments, StripePayments])
def test_adapters_have_the_methods_and_signatures_of_the_protocol(adapter):
    for name, wanted in inspect.getmembers(PaymentProvider, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(getattr(adapter, name)) == inspect.signature(wanted), name
    public = {name for name, _ in inspect.getmembers(adapter, inspect.isfunction) if name[0] != "_"}
    assert all(hasattr(PaymentProvider, name) for name in public)


def test_a_page_is_open_then_paid(world):
    order = an_order()
    page = world.provider.create_checkout_session(order, key="c1")

    assert (page.status, page.payment_status, page.is_paid) == ("open", "unpaid", False)
    assert (page.amount_cents, page.currency, page.reference) == (45_000, "usd", order.reference)
    assert page.url.startswith("http")
    assert page.payment_id == ""

    world.pay(page.session_id)

    paid = world.provider.get_checkout_session(page.session_id)
    assert paid.is_paid
    payment = world.provider.get_payment(paid.payment_id)
    assert (payment.status, payment.amount_cents) == ("succeeded", 45_000)
    assert payment.reference == order.reference
    assert payment.charge_id == paid.charge_id
    charge = world.provider.get_charge(paid.charge_id)
    assert (charge.payment_id, charge.refunded_cents) == (paid.payment_id, 0)


def test_the_same_key_gives_the_same_page(world):
    order = an_order()
    first = world.provider.create_checkout_session(order, key="c2")
    assert world.provider.create_checkout_session(order, key="c2") == first
    with pytest.raises(Rejected):
        world.provider.create_checkout_session(replace(order, amount_cents=1000), key="c2")


def test_an_open_page_can_be_closed_a_paid_or_closed_one_not(world):
    first = world.provider.create_checkout_session(an_order(), key="c3")
    assert world.provider.expire_checkout_session(first.session_id).is_expired
    assert world.provider.get_checkout_session(first.session_id).is_expired
    second = world.provider.create_checkout_session(an_order(), key="c4")
    world.pay(second.session_id)
    with pytest.raises(Rejected):
        world.provider.expire_checkout_session(second.session_id)
    assert world.provider.get_checkout_session(second.session_id).is_paid


def paid_page(world, key):
    page = world.provider.create_checkout_session(an_order(), key=key)
    world.pay(page.session_id)
    return world.provider.get_checkout_session(page.session_id)


def test_refunds_up_to_the_payment_each_once(world):
    paid = paid_page(world, "c5")
    order = RefundOrder(paid.payment_id, 15_000, reference="request-1")
    refund = world.provider.create_refund(order, key="refund:1")
    assert world.provider.create_refund(order, key="refund:1") == refund
    assert (refund.amount_cents, refund.reference) == (15_000, "request-1")
    assert (refund.payment_id, refund.charge_id) == (paid.payment_id, paid.charge_id)
    assert not refund.has_failed

    second = world.provider.create_refund(replace(order, amount_cents=30_000), key="refund:2")
    with pytest.raises(Rejected):
        world.provider.create_refund(replace(order, amount_cents=1), key="refund:3")

    assert world.provider.list_refunds(paid.payment_id) == [refund, second]
    assert world.provider.get_charge(paid.charge_id).refunded_cents == 45_000
    assert world.provider.list_refunds("pi_none") == []


def an_account(world, *, ready=True):
    account = world.provider.create_connected_account(
        Payee(user_id="u1", email="tom@members.peerloop.test"), key="account:u1:1"
    )
    if ready:
        world.finish_onboarding(account.account_id)
    return account


def test_an_account_grows_up(world):
    account = an_account(world, ready=False)
    assert an_account(world, ready=False).account_id == account.account_id
    assert not account.details_submitted
    assert not account.can_receive
    assert not account.can_pay_out
    assert "external_account" in account.missing
    link = world.provider.create_onboarding_link(
        account.account_id, return_url="http://localhost/r", refresh_url="http://localhost/f"
    )
    assert link.startswith("http")
    with pytest.raises(Rejected):
        world.provider.create_login_link(account.account_id)

    world.finish_onboarding(account.account_id)

    ready = world.provider.get_account(account.account_id)
    assert ready.details_submitted
    assert ready.can_receive
    assert ready.can_pay_out
    assert ready.missing == ()
    assert world.provider.create_login_link(account.account_id).startswith("http")


def test_transfers_are_made_once_found_again_and_taken_back(world):
    account = an_account(world)
    order = TransferOrder(account.account_id, 6300, "usd", "payout:1", {"payout_id": "1"})
    transfer = world.provider.create_transfer(order, key="payout:1:1")
    assert world.provider.create_transfer(order, key="payout:1:1") == transfer
    assert (transfer.amount_cents, transfer.currency) == (6300, "usd")
    assert (transfer.account_id, transfer.group) == (account.account_id, "payout:1")
    assert world.provider.find_transfer("payout:1") == transfer
    assert world.provider.find_transfer("payout:2") is None

    back = world.provider.reverse_transfer(
        transfer.transfer_id, amount_cents=300, reference="r1", key="rev:1"
    )
    assert world.provider.find_reversal(transfer.transfer_id, "r1") == back
    assert world.provider.find_reversal(transfer.transfer_id, "r2") is None
    assert (back.transfer_id, back.amount_cents) == (transfer.transfer_id, 300)
    found = world.provider.find_transfer("payout:1")
    assert found is not None
    assert found.reversed_cents == 300
    with pytest.raises(Rejected):
        world.provider.reverse_transfer(
            transfer.transfer_id, amount_cents=6001, reference="r2", key="rev:2"
        )


def test_an_account_that_is_not_ready_receives_nothing(world):
    account = an_account(world, ready=False)
    with pytest.raises(Rejected) as refused:
        world.provider.create_transfer(
            TransferOrder(account.account_id, 100, "usd", "payout:3"), key="payout:3:1"
        )
    assert refused.value.code == "insufficient_capabilities_for_transfer"


def test_unknown_ids_are_rejected(world):
    provider = world.provider
    calls = [
        lambda: provider.get_checkout_session("cs_none"),
        lambda: provider.expire_checkout_session("cs_none"),
        lambda: provider.get_payment("pi_none"),
        lambda: provider.get_charge("ch_none"),
        lambda: provider.get_dispute("dp_none"),
        lambda: provider.create_refund(RefundOrder("pi_none", 1, "r"), key="refund:none"),
        lambda: provider.reverse_transfer("tr_none", amount_cents=1, reference="r", key="rev:none"),
    ]
    for call in calls:
        with pytest.raises(Rejected) as refused:
            call()
        assert refused.value.code == "resource_missing"


def test_a_gone_account_is_told_from_any_other_refusal(world):
    provider = world.provider
    calls = [
        lambda: provider.get_account("acct_none"),
        lambda: provider.create_login_link("acct_none"),
        lambda: provider.create_onboarding_link(
            "acct_none", return_url="http://localhost/", refresh_url="http://localhost/"
        ),
    ]
    for call in calls:
        with pytest.raises(Rejected) as refused:
            call()
        assert is_without_account(refused.value)


def test_events_are_listed_oldest_first(world):
    since = clock.now() - timedelta(minutes=5)
    for key in ("c9", "c10"):
        paid_page(world, key)
    kinds = ["payment_intent.succeeded", "checkout.session.completed"]
    found = world.provider.recent_events(since, kinds)
    assert [event.kind for event in found] == kinds * 2
    assert len({event.event_id for event in found}) == 4
    for event in found:
        assert event.payload["id"] == event.event_id
        assert event.payload["data"]["object"]["id"]
    assert world.provider.recent_events(since, ["charge.refunded"]) == []
    assert world.provider.recent_events(clock.now() + timedelta(hours=1), kinds) == []


def test_the_books_list_what_was_made_page_by_page(world):
    day = timedelta(days=1)
    span = {"since": clock.now() - day, "until": clock.now() + day}
    for key in ("b1", "b2", "b3"):
        page = world.provider.create_checkout_session(an_order(), key=key)
        world.pay(page.session_id)
    paid = world.provider.get_checkout_session(page.session_id)
    world.provider.create_refund(RefundOrder(paid.payment_id, 10_000, "r"), key="b4")

    charges = world.provider.book_page(BookKind.CHARGE, **span, after="")
    refunds = world.provider.book_page(BookKind.REFUND, **span, after="")
    first = charges.entries[0]

    assert not charges.has_more
    assert len(charges.entries) == 3
    assert (first.object_id, first.payment_id) == (paid.charge_id, paid.payment_id)
    assert (first.amount_cents, first.back_cents) == (45_000, 10_000)
    assert first.fee_cents == 1_335
    assert [one.amount_cents for one in refunds.entries] == [10_000]
    rest = world.provider.book_page(BookKind.CHARGE, **span, after=first.object_id)
    assert rest.entries == charges.entries[1:]
    for kind in (BookKind.TRANSFER, BookKind.DISPUTE, BookKind.BANK_PAYOUT):
        assert world.provider.book_page(kind, **span, after="") == BookPage((), has_more=False)
    late = {"since": clock.now() + day, "until": clock.now() + 2 * day}
    assert world.provider.book_page(BookKind.CHARGE, **late, after="").entries == ()
