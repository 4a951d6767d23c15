"""Payouts that are asked for each week, for those who chose it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from accounts.identity.factors.requirement import SecondFactorRequired
from accounts.models import Notification
from billing.actions.payouts import cancel_payout
from billing.actions.weekly_payouts import ask_weekly, next_due, set_weekly_payout, weekly_payout_of
from billing.models import Payout, WeeklyPayout
from billing.tests.money_stage import ada, ask, earned, ledger_balances
from peerloop.kit import clock
from tests.cast import browse
from tests.threads import at_once

WEEK = timedelta(days=7)
PART = 10_500


@pytest.fixture
def tom(db):
    return earned(parts=2).teacher


def chosen(member):
    """The moment at which the first weekly payout of the member is due."""
    row = set_weekly_payout(user=member, is_on=True, at=clock.now())
    assert row is not None
    return row.due_at


def told(member):
    """What the member was told of weekly payouts."""
    return Notification.objects.filter(user=member, title__startswith="Your weekly payout")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 5, 3, 23, 0, tzinfo=UTC), datetime(2026, 5, 4, 6, 0, tzinfo=UTC)),
        (datetime(2026, 5, 4, 5, 59, tzinfo=UTC), datetime(2026, 5, 4, 6, 0, tzinfo=UTC)),
        (datetime(2026, 5, 4, 6, 0, tzinfo=UTC), datetime(2026, 5, 11, 6, 0, tzinfo=UTC)),
        (datetime(2026, 5, 9, 12, 0, tzinfo=UTC), datetime(2026, 5, 11, 6, 0, tzinfo=UTC)),
    ],
)
def test_it_is_asked_for_on_monday_at_six(now, due):
    assert next_due(now) == due


def test_all_that_is_available_is_asked_for_when_the_week_is_over(tom):
    due = chosen(tom)
    assert ask_weekly(at=due - timedelta(seconds=1)) == 0

    assert ask_weekly(at=due) == 1

    payout = Payout.objects.get(recipient=tom)
    assert (payout.amount_cents, payout.status) == (2 * PART, "pending")
    assert "$210.00" in told(tom).get().title
    ledger_balances()


def test_a_sweep_that_runs_twice_asks_once_a_week(tom):
    due = chosen(tom)

    assert [ask_weekly(at=due), ask_weekly(at=due)] == [1, 0]
    cancel_payout(payout_id=Payout.objects.get().pk, by=tom, at=due)
    assert ask_weekly(at=due + timedelta(days=6)) == 0
    assert ask_weekly(at=due + WEEK) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_ask_once():
    tom = earned(parts=2).teacher
    due = chosen(tom)

    at_once([lambda: ask_weekly(at=due), lambda: ask_weekly(at=due)])

    assert Payout.objects.filter(recipient=tom).count() == 1
    assert told(tom).count() == 1


@pytest.mark.parametrize("change", ["below the least", "no account", "suspended", "one is open"])
def test_what_can_not_be_paid_waits_for_the_next_week(tom, settings, change):
    if change == "one is open":
        ask(tom, PART)
    due, before = chosen(tom), Payout.objects.count()
    if change == "below the least":
        settings.PAYOUT_LEAST_CENTS = 2 * PART + 1
    elif change == "no account":
        tom.stripe_payouts_enabled = False
    elif change == "suspended":
        tom.suspended_at = clock.now()
    tom.save()

    assert ask_weekly(at=due) == 0

    assert Payout.objects.count() == before
    row = weekly_payout_of(tom)
    assert row is not None
    assert row.due_at == due + WEEK
    assert not Notification.objects.filter(
        user=tom, title__startswith="Your weekly payout"
    ).exists()


def test_one_who_can_not_be_paid_keeps_nobody_waiting(tom):
    other = earned(parts=2).teacher
    due = chosen(tom)
    chosen(other)
    tom.stripe_payouts_enabled = False
    tom.save()

    assert ask_weekly(at=due) == 1
    assert Payout.objects.get().recipient == other


def test_a_member_chooses_it_on_the_page_and_ends_it_again(tom):
    browser = browse(tom)
    assert "Pay me each week" in browser.get("/settings/payouts").content.decode()

    for _ in range(2):
        assert browser.post("/settings/payouts/weekly", {"is_on": "1"}).status_code == 302

    assert WeeklyPayout.objects.count() == 1
    assert "Asked for by itself each week" in browser.get("/earnings").content.decode()
    browser.post("/settings/payouts/weekly", {"is_on": "0"})
    assert not WeeklyPayout.objects.exists()
    assert browser.post("/settings/payouts/weekly", {"is_on": "x"}).status_code == 400


@override_settings(PAYOUT_SECOND_FACTOR=True)
def test_where_a_second_factor_is_asked_for_it_is_set_up_first(tom):
    with pytest.raises(SecondFactorRequired):
        chosen(tom)
    assert not WeeklyPayout.objects.exists()


def test_who_earns_nothing_has_no_such_choice(db):
    assert browse(ada()).post("/settings/payouts/weekly", {"is_on": "1"}).status_code == 403
