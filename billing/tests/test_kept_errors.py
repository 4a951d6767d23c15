"""An error that Stripe keeps under its key stands in nobody's way: looked for, then another key."""

import copy

import pytest
from werkzeug import Response

from billing.actions import accounts, settling
from billing.actions import checkout as starting
from billing.actions.accounts import ProviderAway, onboarding_link
from billing.actions.checkout import PaymentDown, start_checkout
from billing.providers.stripe import StripePayments
from billing.tests.stripe_stand_in import StripeStandIn, reply
from peerloop.kit import clock
from peerloop.kit.refusals import OutsideDown
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(httpserver, settings, monkeypatch):
    stand_in = StripeStandIn(httpserver)
    settings.STRIPE_SECRET_KEY = "sk_test_stand_in"
    settings.STRIPE_API_BASE = stand_in.url
    for module in (accounts, settling, starting):
        monkeypatch.setattr(module, "payments", StripePayments)
    return stand_in


@pytest.fixture
def buy():
    course, sam = a_course(), a_member()
    tom = a_teacher(course).user
    return lambda: start_checkout(student=sam, course=course, teacher=tom, at=clock.now())


def made(stripe, kind):
    return [row for row in stripe.objects.values() if row["object"] == kind]


def error_after(stripe, make) -> Response:
    """The effect happened, then Stripe stumbled: 500, kept under the key."""

    def stumble() -> Response:
        given = stripe.calls[-1][2]
        make([], given)
        body = {"error": {"type": "api_error", "code": "", "message": "stumbled"}}
        stripe.answers[stripe.keys[-1]] = given, 500, copy.deepcopy(body)
        return reply(500, body)

    return stumble


def test_one_error_while_a_page_is_opened_blocks_no_buyer(stripe, buy):
    stripe.faults = [500]
    assert buy().status == "open"
    assert len(made(stripe, "checkout.session")) == 1


def test_errors_for_longer_are_told_and_the_next_try_pays(stripe, buy):
    stripe.faults = [500, lambda: reply(200, {"data": [], "has_more": False}), 500]
    with pytest.raises(PaymentDown):
        buy()
    assert buy().status == "open"
    assert len(set(stripe.answers)) == len(stripe.answers) == 3


def test_a_page_that_was_made_before_the_error_is_the_one_to_pay_on(stripe, buy):
    stripe.faults = [error_after(stripe, stripe.checkout_create)]
    page = buy()
    [session] = made(stripe, "checkout.session")
    assert page.stripe_session_id == session["id"]


def test_one_error_while_an_account_is_opened_asks_for_one_more_click(stripe):
    tom = a_teacher(a_course()).user
    stripe.faults = [500]
    with pytest.raises(ProviderAway):
        onboarding_link(user=tom, at=clock.now())
    assert onboarding_link(user=tom, at=clock.now()).startswith("https://connect.stripe.com/")
    assert len(made(stripe, "account")) == 1


def test_an_account_that_was_made_before_the_error_is_the_members(stripe):
    tom = a_teacher(a_course()).user
    stripe.faults = [error_after(stripe, stripe.account_create)]
    onboarding_link(user=tom, at=clock.now())
    [account] = made(stripe, "account")
    tom.refresh_from_db()
    assert tom.stripe_account_id == account["id"]


def test_an_error_for_a_second_account_does_not_bring_back_the_first(stripe):
    tom = a_teacher(a_course()).user
    onboarding_link(user=tom, at=clock.now())
    tom.refresh_from_db()
    first = tom.stripe_account_id
    accounts.lose_account(account_id=first, at=clock.now())
    stripe.faults = [500]
    with pytest.raises(ProviderAway):
        onboarding_link(user=tom, at=clock.now())
    onboarding_link(user=tom, at=clock.now())
    tom.refresh_from_db()
    assert tom.stripe_account_id != first


def test_an_error_while_a_page_is_closed_blocks_no_other_teacher(stripe):
    course, sam = a_course(), a_member()
    first, second = (a_teacher(course).user for _ in range(2))
    start_checkout(student=sam, course=course, teacher=first, at=clock.now())
    stripe.faults = [lambda: reply(200, dict(made(stripe, "checkout.session")[0])), 500]
    with pytest.raises(OutsideDown):
        start_checkout(student=sam, course=course, teacher=second, at=clock.now())

    page = start_checkout(student=sam, course=course, teacher=second, at=clock.now())

    states = {row["id"]: row["status"] for row in made(stripe, "checkout.session")}
    assert states[page.stripe_session_id] == "open"
    assert sorted(states.values()) == ["expired", "open"]
