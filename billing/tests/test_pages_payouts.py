"""The payout account in the settings."""

import pytest

from billing.providers import local_page
from billing.queries.accounts import missing_words
from billing.tests.stage import Away, settle
from billing.tests.test_pages_checkout import text
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db
PAGE = "/settings/payouts"


@pytest.fixture
def tom():
    return a_teacher(a_course()).user


def connected(user):
    from billing.actions.accounts import onboarding_link

    onboarding_link(user=user, at=clock.now())
    user.refresh_from_db()
    local_page.finish_onboarding(user.stripe_account_id)
    settle()
    return user


def test_only_those_who_earn_get_in():
    assert browse().get(PAGE).status_code == 302
    stranger = browse(a_member())
    assert stranger.get(PAGE).status_code == 403
    for path in ("/settings/payouts/account", "/settings/payouts/dashboard"):
        assert stranger.post(path).status_code == 403


def test_connecting_leads_to_the_provider_and_back(tom):
    client = browse(tom)
    assert "Connect a payout account" in text(client.get(PAGE))

    away = client.post("/settings/payouts/account")
    tom.refresh_from_db()
    assert (away.status_code, away.url.endswith(tom.stripe_account_id)) == (302, True)

    back = client.get(PAGE, {"back": "1"})
    assert "Not finished yet" in text(back)
    assert "A bank account" in text(back)

    local_page.finish_onboarding(tom.stripe_account_id)
    assert "Ready for payouts" in text(client.get(PAGE))
    assert client.post("/settings/payouts/dashboard").status_code == 302


def test_an_expired_link_makes_a_new_one(tom):
    client = browse(tom)
    fresh = client.get("/settings/payouts/account")
    assert (fresh.status_code, fresh.url) == (302, PAGE)
    client.post("/settings/payouts/account")
    again = client.get("/settings/payouts/account")
    assert "/local-payments/onboarding/" in again.url


def test_with_the_provider_away_the_last_word_is_shown_with_its_time(tom, monkeypatch):
    connected(tom)
    monkeypatch.setattr("billing.actions.accounts.payments", Away)
    client = browse(tom)
    shown = text(client.get(PAGE))
    assert "does not answer" in shown
    assert "Ready for payouts" in shown
    assert client.post("/settings/payouts/dashboard").status_code == 503


def test_missing_things_are_named_once():
    names = ["external_account", "individual.verification.document", "individual.dob.day"]
    assert missing_words([*names, "individual.dob.year", "strange.thing"]) == [
        "A bank account",
        "Proof of identity",
        "Personal details",
        "Further details",
    ]
