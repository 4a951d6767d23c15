"""Payout accounts that are gone at Stripe, or never were there: found, told, and replaced."""

from datetime import timedelta

import pytest

from accounts.models import Email, User
from billing.actions import accounts
from billing.actions.accounts import NoAccount, dashboard_link, onboarding_link, refresh_due
from billing.actions.payout_processing import process_payout
from billing.models import PayoutAccount
from billing.providers import stripe_calls
from billing.providers.stripe import StripePayments
from billing.tasks import SWEEPS
from billing.tests.money_stage import ada, ask, earned, faulty, ledger_balances
from billing.tests.stage import an_event, outcome
from billing.tests.stripe_stand_in import StripeStandIn
from peerloop.kit import clock
from tests.cast import a_course, a_teacher

pytestmark = pytest.mark.django_db
State = User.PayoutAccount


@pytest.fixture
def stripe(httpserver, settings, monkeypatch):
    stand_in = StripeStandIn(httpserver)
    settings.STRIPE_SECRET_KEY = "sk_test_stand_in"
    settings.STRIPE_API_BASE = stand_in.url
    monkeypatch.setattr(stripe_calls, "RETRIES", 0)
    monkeypatch.setattr(accounts, "payments", StripePayments)
    return stand_in


@pytest.fixture
def tom():
    """Tom's account is active here; Stripe knows nothing of it."""
    return left_behind(a_teacher(a_course()).user)


def left_behind(user):
    User.objects.filter(pk=user.pk).update(
        stripe_account_id="acct_local_1",
        stripe_account_status=State.ACTIVE,
        stripe_payouts_enabled=True,
        stripe_details_submitted=True,
    )
    PayoutAccount.objects.update_or_create(
        user=user, defaults={"synced_at": clock.now() - timedelta(days=2)}
    )
    user.refresh_from_db()
    return user


def test_connecting_again_after_the_account_is_gone_opens_a_new_one(stripe, tom):
    link = onboarding_link(user=tom, at=clock.now())

    tom.refresh_from_db()
    assert link.startswith("https://connect.stripe.com/setup/")
    assert tom.stripe_account_id in stripe.objects
    assert tom.stripe_account_status == State.PENDING
    assert not tom.stripe_payouts_enabled


def test_the_dashboard_of_a_gone_account_asks_to_connect_one(stripe, tom):
    with pytest.raises(NoAccount):
        dashboard_link(user=tom, at=clock.now())
    tom.refresh_from_db()
    assert (tom.stripe_account_status, tom.stripe_payouts_enabled) == (State.DEAUTHORIZED, False)


def test_a_gone_account_is_found_within_a_day_and_its_owner_hears_once(stripe, tom):
    assert refresh_due(at=clock.now()) == 1
    assert refresh_due(at=clock.now() + timedelta(days=3)) == 0

    tom.refresh_from_db()
    assert tom.stripe_account_status == State.DEAUTHORIZED
    assert Email.objects.filter(template="payout-account-action", to=tom.email).count() == 1
    assert ("billing.refresh_accounts", 3600) in SWEEPS


def test_an_account_heard_of_today_is_not_asked_about(stripe, tom):
    PayoutAccount.objects.filter(user=tom).update(synced_at=clock.now())
    assert refresh_due(at=clock.now()) == 0
    assert stripe.calls == []


def test_a_silent_stripe_changes_no_account(stripe, tom):
    stripe.faults = [503]
    assert refresh_due(at=clock.now()) == 0
    tom.refresh_from_db()
    assert tom.stripe_account_status == State.ACTIVE


@pytest.fixture
def payout():
    """Tom asked for his earnings; then his account is gone."""
    payout = ask(earned().teacher)
    left_behind(payout.recipient)
    return payout


def test_a_payout_to_a_gone_account_fails_and_says_so(payout, stripe):
    tom = payout.recipient
    with faulty(StripePayments()):
        assert process_payout(payout_id=payout.pk, by=ada(), at=clock.now()).status == "failed"

    tom.refresh_from_db()
    assert tom.stripe_account_status == State.DEAUTHORIZED
    ledger_balances()


@pytest.mark.parametrize("kind", ["account.updated", "capability.updated"])
def test_an_event_of_an_account_that_is_gone_deauthorizes_it_at_once(stripe, tom, kind):
    data = {"id": "acct_local_1", "object": "account"}
    assert outcome(an_event(kind, data, account="acct_local_1")) == "done"
    tom.refresh_from_db()
    assert tom.stripe_account_status == State.DEAUTHORIZED


def test_an_event_of_a_strange_account_is_ignored(stripe):
    data = {"id": "acct_strange", "object": "account"}
    assert outcome(an_event("account.updated", data, account="acct_strange")) == "ignored"


def test_an_event_of_a_strange_dispute_is_ignored(stripe, monkeypatch):
    monkeypatch.setattr("billing.stripe_money.payments", StripePayments)
    monkeypatch.setattr("billing.actions.known_payments.payments", StripePayments)
    data = {"id": "dp_strange", "object": "dispute", "payment_intent": "pi_1", "charge": "ch_1"}
    assert outcome(an_event("charge.dispute.created", data)) == "ignored"
