"""Cards that a payer lets the provider keep: offered the next time, forgotten when they say so."""

from dataclasses import replace

import pytest

from accounts.identity.actions import closure
from accounts.identity.actions.closure import ask_for_erasure
from billing.actions.checkout import start_checkout
from billing.actions.payers import forget_payers, forget_removed, known_payer
from billing.actions.settling import settle_checkout
from billing.models import CheckoutSession, LocalPaymentObject, Payer
from billing.providers import local_page, payments
from billing.providers.base import Rejected, Unavailable, is_unknown
from billing.providers.local import LocalPayments
from billing.providers.stripe import StripePayments
from billing.tests.stripe_stand_in import StripeStandIn
from billing.tests.test_provider_contract import an_order
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["local", "stripe"])
def shop(request, httpserver, settings):
    """A provider, and how somebody pays at it."""
    if request.param == "local":
        return LocalPayments(), local_page.pay
    stripe = StripeStandIn(httpserver)
    settings.STRIPE_SECRET_KEY = "sk_test_stand_in"
    settings.STRIPE_API_BASE = stripe.url
    return StripePayments(), stripe.pay


def buy(student, **fields):
    """A course bought at the local provider; its checkout."""
    course = a_course()
    a_teacher(course, name=f"Teacher of {course.pk}")
    checkout = start_checkout(student=student, course=course, teacher=None, at=clock.now())
    local_page.pay(checkout.stripe_session_id, **fields)
    return settle_checkout(checkout=checkout, at=clock.now())


def test_a_paid_page_tells_the_payer_and_takes_them_again(shop):
    provider, pay = shop
    page = provider.create_checkout_session(an_order(), key="p1")
    assert page.customer_id == ""
    pay(page.session_id)
    payer = provider.get_checkout_session(page.session_id).customer_id
    assert payer.startswith("cus_")

    order = replace(an_order(), customer_id=payer)
    assert provider.create_checkout_session(order, key="p2").customer_id == payer


def test_a_forgotten_payer_is_unknown(shop):
    provider, pay = shop
    page = provider.create_checkout_session(an_order(), key="p3")
    pay(page.session_id)
    payer = provider.get_checkout_session(page.session_id).customer_id
    provider.forget_customer(payer)
    with pytest.raises(Rejected) as gone:
        provider.forget_customer(payer)
    assert is_unknown(gone.value)
    with pytest.raises(Rejected) as refused:
        provider.create_checkout_session(replace(an_order(), customer_id=payer), key="p4")
    assert is_unknown(refused.value)


def test_the_second_checkout_offers_the_card_that_was_kept():
    sam = a_member()
    first = buy(sam, saves_card=True)
    assert (first.status, first.customer_id) == ("paid", "")
    assert known_payer(sam) == Payer.objects.get().customer_id

    second = start_checkout(student=sam, course=_another(), teacher=None, at=clock.now())
    assert local_page.payment_page(second.stripe_session_id).saved_card == "4242"


def test_a_card_is_kept_only_for_who_ticked_it():
    sam = a_member()
    buy(sam)
    second = start_checkout(student=sam, course=_another(), teacher=None, at=clock.now())
    assert local_page.payment_page(second.stripe_session_id).saved_card == ""


def test_nobody_is_offered_the_card_of_another():
    buy(a_member(), saves_card=True)
    olga = start_checkout(student=a_member("Olga"), course=_another(), teacher=None, at=clock.now())
    assert (olga.customer_id, known_payer(olga.student)) == ("", "")


def test_the_payment_page_keeps_the_card_of_who_ticks_it():
    sam = a_member()
    checkout = start_checkout(student=sam, course=_another(), teacher=None, at=clock.now())
    page = f"/local-payments/checkout/{checkout.stripe_session_id}"
    assert "Save this card for next time" in browse(None).get(page).content.decode()
    browse(None).post(page, {"outcome": "pay", "save_card": "yes"})
    settle_checkout(checkout=checkout, at=clock.now())
    again = start_checkout(student=sam, course=_another(), teacher=None, at=clock.now())
    page = f"/local-payments/checkout/{again.stripe_session_id}"
    assert "Saved card ending in" in browse(None).get(page).content.decode()


def test_a_payer_whom_the_provider_lost_pays_as_a_new_one():
    sam = a_member()
    buy(sam, saves_card=True)
    LocalPaymentObject.objects.filter(kind="customer").delete()

    checkout = start_checkout(student=sam, course=_another(), teacher=None, at=clock.now())

    assert (checkout.status, checkout.customer_id, checkout.attempt) == ("open", "", 2)
    assert checkout.url
    assert not Payer.objects.exists()


def test_a_member_lets_their_cards_be_forgotten(django_capture_on_commit_callbacks):
    sam = a_member()
    buy(sam, saves_card=True)
    assert "Saved cards" in browse(sam).get("/settings/payments").content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        browse(sam).post("/settings/payments/saved/remove")
    forget_removed(at=clock.now())

    assert known_payer(sam) == ""
    assert not LocalPaymentObject.objects.filter(kind="customer").exists()
    assert not Payer.objects.exists()
    assert "Saved cards" not in browse(sam).get("/settings/payments").content.decode()
    assert CheckoutSession.objects.get().status == "paid"


def test_a_provider_that_is_away_is_told_later(monkeypatch):
    sam = a_member()
    buy(sam, saves_card=True)
    forget_payers(user=sam, at=clock.now())
    assert known_payer(sam) == ""

    def away(self, customer_id):
        raise Unavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(LocalPayments, "forget_customer", away)
        assert forget_removed(at=clock.now()) == 0
    assert Payer.objects.count() == 1
    assert forget_removed(at=clock.now()) == 1
    assert forget_removed(at=clock.now()) == 0


def test_who_leaves_is_forgotten_there_too(monkeypatch):
    monkeypatch.setattr(closure, "obstacles", lambda **_: [])
    sam = a_member()
    buy(sam, saves_card=True)
    other = a_member("Olga")
    buy(other, saves_card=True)

    ask_for_erasure(user=sam, by=sam, at=clock.now())
    forget_removed(at=clock.now())

    assert known_payer(sam) == ""
    assert known_payer(other)
    assert payments().name == "local"


def _another():
    course = a_course()
    a_teacher(course, name=f"Teacher of {course.pk}")
    return course
