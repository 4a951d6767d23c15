"""Payout accounts: one a member, in step with the provider, notified when they change."""

import pytest

from accounts.models import Email, Notification, User
from billing.actions import accounts
from billing.actions.accounts import (
    NoAccount,
    ProviderAway,
    dashboard_link,
    onboarding_link,
    refresh_account,
    state_of,
)
from billing.models import LocalPaymentObject, PayoutAccount
from billing.providers import local_page, payments
from billing.providers import local_store as store
from billing.providers.base import ConnectedAccount, Payee, Rejected
from billing.tests.stage import Away, an_event, outcome, settle
from peerloop.kit import clock
from tests.cast import a_course, a_teacher

pytestmark = pytest.mark.django_db
State = User.PayoutAccount


@pytest.fixture
def tom():
    return a_teacher(a_course()).user


def connected(user):
    onboarding_link(user=user, at=clock.now())
    user.refresh_from_db()
    local_page.finish_onboarding(user.stripe_account_id)
    settle()
    user.refresh_from_db()
    return user


def test_a_member_gets_one_account_however_often_they_ask(tom):
    links = {onboarding_link(user=tom, at=clock.now()) for _ in range(3)}

    tom.refresh_from_db()
    assert len(links) == 1
    assert tom.stripe_account_id in links.pop()
    assert tom.stripe_account_status == State.PENDING
    assert not tom.stripe_payouts_enabled
    assert LocalPaymentObject.objects.filter(kind="account").count() == 1


def test_a_lost_answer_finds_the_same_account(tom):
    made = payments().create_connected_account(
        Payee(user_id=str(tom.pk), email=tom.email), key=f"account:{tom.pk}:1"
    )
    onboarding_link(user=tom, at=clock.now())
    tom.refresh_from_db()
    assert tom.stripe_account_id == made.account_id


def test_finishing_the_form_makes_the_account_ready(tom):
    connected(tom)

    assert tom.stripe_account_status == State.ACTIVE
    assert tom.stripe_payouts_enabled
    assert tom.stripe_details_submitted
    assert PayoutAccount.objects.get(user=tom).missing == []
    assert Notification.objects.filter(user=tom, kind="payout").count() == 1


def change(user, **values):
    row = store.fetch(store.Kind.ACCOUNT, user.stripe_account_id)
    store.change(row, **values)
    return row.data


def test_an_account_that_becomes_restricted_notifies_its_owner(tom):
    connected(tom)
    change(
        tom,
        payouts_enabled=False,
        requirements={"past_due": ["external_account"], "currently_due": ["external_account"]},
    )

    refresh_account(user=tom, at=clock.now())

    tom.refresh_from_db()
    assert tom.stripe_account_status == State.RESTRICTED
    assert not tom.stripe_payouts_enabled
    assert PayoutAccount.objects.get(user=tom).missing == ["external_account"]
    assert Email.objects.filter(template="payout-account-action", to=tom.email).count() == 1


def test_an_old_snapshot_does_not_count(tom):
    connected(tom)
    old = {
        **store.fetch(store.Kind.ACCOUNT, tom.stripe_account_id).data,
        "payouts_enabled": False,
        "details_submitted": False,
    }
    assert outcome(an_event("account.updated", old, account=tom.stripe_account_id)) == "done"
    tom.refresh_from_db()
    assert tom.stripe_account_status == State.ACTIVE


def test_a_capability_event_reads_the_account(tom):
    connected(tom)
    change(tom, capabilities={"transfers": "inactive"})
    data = {"id": "transfers", "object": "capability", "account": tom.stripe_account_id}
    assert outcome(an_event("capability.updated", data)) == "done"
    tom.refresh_from_db()
    assert (tom.stripe_account_status, tom.stripe_payouts_enabled) == (State.RESTRICTED, False)


def test_an_unknown_account_is_ignored(tom):
    made = payments().create_connected_account(Payee(user_id="x", email="x@x.test"), key="x")
    data = {"id": made.account_id, "object": "account"}
    assert outcome(an_event("account.updated", data)) == "ignored"
    gone = an_event("account.application.deauthorized", {"id": "ca_1"}, account="acct_nobody")
    assert outcome(gone) == "ignored"


def test_a_disconnected_account_pauses_payouts_and_a_new_one_can_be_connected(tom):
    connected(tom)
    first = tom.stripe_account_id
    event = an_event("account.application.deauthorized", {"id": "ca_1"}, account=first)

    assert outcome(event) == "done"

    tom.refresh_from_db()
    assert (tom.stripe_account_status, tom.stripe_payouts_enabled) == (State.DEAUTHORIZED, False)
    with pytest.raises(NoAccount):
        dashboard_link(user=tom, at=clock.now())

    connected(tom)
    assert tom.stripe_account_id != first
    assert tom.stripe_account_status == State.ACTIVE
    assert outcome({**event, "id": "evt_again"}) == "ignored"


def test_an_account_that_the_provider_forgot_is_deauthorized(tom):
    connected(tom)
    LocalPaymentObject.objects.filter(kind="account").delete()
    refresh_account(user=tom, at=clock.now())
    tom.refresh_from_db()
    assert tom.stripe_account_status == State.DEAUTHORIZED


def test_with_the_provider_away_the_last_word_stands(tom, monkeypatch):
    connected(tom)
    heard = PayoutAccount.objects.get(user=tom).synced_at
    monkeypatch.setattr(accounts, "payments", Away)

    assert refresh_account(user=tom, at=clock.now()).synced_at == heard
    for ask in (onboarding_link, dashboard_link):
        with pytest.raises(ProviderAway) as refused:
            ask(user=tom, at=clock.now())
        assert refused.value.status == 503
    tom.refresh_from_db()
    assert tom.stripe_account_status == State.ACTIVE


def test_opening_an_account_waits_for_the_provider(tom, monkeypatch):
    monkeypatch.setattr(accounts, "payments", Away)
    with pytest.raises(ProviderAway):
        onboarding_link(user=tom, at=clock.now())
    tom.refresh_from_db()
    assert tom.stripe_account_id is None


def test_another_no_of_the_provider_changes_nothing(tom, monkeypatch):
    connected(tom)

    class Strict(Away):
        def get_account(self, account_id):
            raise Rejected("slow down", code="other")

    monkeypatch.setattr(accounts, "payments", Strict)
    refresh_account(user=tom, at=clock.now())
    tom.refresh_from_db()
    assert tom.stripe_account_status == State.ACTIVE


def test_the_dashboard_opens_after_onboarding_only(tom):
    with pytest.raises(NoAccount):
        dashboard_link(user=tom, at=clock.now())
    onboarding_link(user=tom, at=clock.now())
    tom.refresh_from_db()
    with pytest.raises(NoAccount):
        dashboard_link(user=tom, at=clock.now())
    connected(tom)
    assert tom.stripe_account_id in dashboard_link(user=tom, at=clock.now())


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"details_submitted": False}, State.PENDING),
        ({}, State.ACTIVE),
        ({"can_receive": False}, State.RESTRICTED),
        ({"can_pay_out": False, "missing": ("external_account",)}, State.RESTRICTED),
        ({"can_pay_out": False, "is_checking": True}, State.PENDING),
        ({"can_pay_out": False, "is_checking": True, "missing": ("x",)}, State.RESTRICTED),
    ],
)
def test_one_word_for_an_account(said, state):
    whole = {
        "account_id": "acct_1",
        "details_submitted": True,
        "can_receive": True,
        "can_pay_out": True,
    }
    assert state_of(ConnectedAccount(**{**whole, **said})) == state
