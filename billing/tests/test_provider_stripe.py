"""What is special about Stripe: its version, its errors, keys, time and shapes."""

import time
from datetime import timedelta
from threading import Event

import pytest
from werkzeug import Response

from billing.providers import stripe as adapter
from billing.providers import stripe_calls
from billing.providers.base import (
    CheckoutOrder,
    Rejected,
    TransferOrder,
    Unavailable,
    has_answered,
)
from billing.providers.stripe import StripePayments
from billing.tests.stripe_stand_in import OPERATIONS, StripeStandIn, reply
from billing.tests.test_provider_contract import an_order
from peerloop.kit import clock
from peerloop.kit.providers import ProviderError


@pytest.fixture
def stand_in(httpserver, settings):
    stripe = StripeStandIn(httpserver)
    settings.STRIPE_SECRET_KEY = "sk_test_stand_in"
    settings.STRIPE_API_BASE = stripe.url
    return stripe


@pytest.fixture
def provider(stand_in, monkeypatch):
    monkeypatch.setattr(stripe_calls, "RETRIES", 0)
    return StripePayments()


def test_metadata_goes_on_the_payment_too_and_no_method_types_are_named(stand_in, provider):
    order = an_order()
    provider.create_checkout_session(order, key="k")
    ((_, _, sent),) = stand_in.calls
    assert sent["metadata"]["checkout_id"] == order.reference
    assert sent["payment_intent_data"]["metadata"] == sent["metadata"]
    assert sent["success_url"].endswith("session_id={CHECKOUT_SESSION_ID}")
    assert "payment_method_types" not in sent
    assert "payment_method_types" not in OPERATIONS["POST /v1/checkout/sessions"]["parameters"]


def test_the_demo_clock_does_not_reach_stripe(stand_in, provider, monkeypatch):
    ahead = timedelta(days=9)
    monkeypatch.setattr(clock, "offset", lambda: ahead)
    order: CheckoutOrder = an_order(expires_at=clock.now() + timedelta(hours=24))
    assert provider.create_checkout_session(order, key="k").status == "open"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, Unavailable),
        (503, Unavailable),
        (429, Unavailable),
        (409, Unavailable),
        (400, Rejected),
        (401, Rejected),
        (402, Rejected),
        (403, Rejected),
        (404, Rejected),
    ],
)
def test_errors_are_two(stand_in, provider, status, kind):
    stand_in.faults = [status]
    with pytest.raises(kind):
        provider.get_account("acct_1")


def test_a_lost_answer_is_unavailable_and_the_key_finds_the_effect(stand_in, provider, monkeypatch):
    account = stand_in.new("account", "acct", capabilities={"transfers": "active"})
    order = TransferOrder(account["id"], 6300, "usd", "payout:1")
    monkeypatch.setattr(adapter, "READ_SECONDS", 0.2)
    slow, given_up = StripePayments(), Event()

    def done_but_late() -> Response:
        given = stand_in.calls[-1][2]
        body = stand_in.transfer_create([], given)
        stand_in.answers["payout:1:1"] = (given, 200, dict(body))
        given_up.wait(timeout=5)
        return reply(200, body)

    stand_in.faults = [done_but_late]
    with pytest.raises(Unavailable):
        slow.create_transfer(order, key="payout:1:1")
    given_up.set()

    again = provider.create_transfer(order, key="payout:1:1")
    assert provider.find_transfer("payout:1") == again
    assert sum(row["object"] == "transfer" for row in stand_in.objects.values()) == 1


def test_a_provider_without_an_answer_is_unavailable(settings, monkeypatch):
    monkeypatch.setattr(stripe_calls, "RETRIES", 0)
    settings.STRIPE_SECRET_KEY = "sk_test_stand_in"
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(Unavailable):
        StripePayments().get_account("acct_1")


@pytest.mark.parametrize("status", [429, 503, 409])
def test_an_answer_that_says_later_is_asked_again_with_the_same_key(stand_in, status):
    stand_in.faults = [status]
    page = StripePayments().create_checkout_session(an_order(), key="k")
    assert page.status == "open"
    assert len(stand_in.calls) == 2
    assert set(stand_in.answers) == {"k"}


def too_many(seconds: int) -> Response:
    body = {"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "slow"}}
    return reply(429, body, {"Retry-After": str(seconds)})


def test_a_429_is_obeyed_to_the_second(stand_in):
    stand_in.faults = [lambda: too_many(1)]
    began = time.monotonic()
    assert StripePayments().create_checkout_session(an_order(), key="k").status == "open"
    assert time.monotonic() - began >= 1


def test_a_429_that_asks_for_more_time_than_a_person_has_says_how_long(stand_in):
    stand_in.faults = [lambda: too_many(30)]
    with pytest.raises(Unavailable) as later:
        StripePayments().create_checkout_session(an_order(), key="k")
    assert later.value.retry_after == 30
    assert len(stand_in.calls) == 1


def test_an_error_that_stripe_keeps_is_not_asked_for_again(stand_in):
    stand_in.faults = [500]
    with pytest.raises(Unavailable):
        StripePayments().create_checkout_session(an_order(), key="k")
    assert len(stand_in.calls) == 1


@pytest.fixture
def silence(stand_in):
    """Stripe takes every request and never answers."""
    over = Event()

    def hang() -> Response:
        over.wait(timeout=20)
        return reply(500, {})

    stand_in.faults = [hang] * 40
    yield stand_in
    over.set()


def test_a_silent_stripe_is_given_up_within_the_time_of_a_person(silence, monkeypatch):
    monkeypatch.setattr(adapter, "SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(Unavailable) as lost:
        StripePayments().create_checkout_session(an_order(), key="k")
    assert time.monotonic() - began < 1.5
    assert not has_answered(lost.value)


def test_after_three_silent_calls_stripe_is_not_asked_for_a_while(silence, monkeypatch):
    monkeypatch.setattr(adapter, "SECONDS", 0.2)
    provider = StripePayments()
    for _ in range(3):
        with pytest.raises(Unavailable):
            provider.get_account("acct_1")
    began = time.monotonic()
    with pytest.raises(Unavailable) as later:
        provider.get_account("acct_1")
    assert time.monotonic() - began < 0.1
    assert later.value.retry_after > 0


@pytest.mark.parametrize(
    "broken", [{"amount_total": None}, {"amount_total": "45000"}, {"status": None}]
)
def test_an_answer_of_another_shape_is_unavailable(stand_in, provider, broken):
    page = provider.create_checkout_session(an_order(), key="k")
    stand_in.objects[page.session_id].update(broken)
    with pytest.raises(Unavailable):
        provider.get_checkout_session(page.session_id)


def test_an_answer_that_is_no_json_is_unavailable(stand_in, provider):
    stand_in.faults = [lambda: Response("<html>", 200)]
    with pytest.raises(Unavailable):
        provider.get_account("acct_1")


def test_unknown_parameters_are_refused_by_the_stand_in(stand_in, provider, monkeypatch):
    post = provider._post
    monkeypatch.setattr(
        provider,
        "_post",
        lambda shape, call, *ids, key, params: post(
            shape, call, *ids, key=key, params={**params, "payment_method_types": ["card"]}
        ),
    )
    with pytest.raises(Rejected) as refused:
        provider.create_checkout_session(an_order(), key="k")
    assert refused.value.code == "parameter_unknown"


def test_webhook_secrets_come_from_the_settings(provider, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_a", "whsec_b"]
    assert provider.signing_secrets() == ["whsec_a", "whsec_b"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
def test_the_word_for_an_error_is_read_from_the_answer_whatever_its_status(
    stand_in, provider, status
):
    stand_in.faults = [status]
    with pytest.raises(ProviderError) as refused:
        provider.get_account("acct_1")
    assert refused.value.code == f"fault_{status}"
