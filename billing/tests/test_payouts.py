"""Asking for payouts: whole rows, oldest first, one at a time (rules OUT-2 to OUT-5)."""

from datetime import timedelta

import pytest

from accounts.models import Email, Notification, User
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import (
    BelowLeast,
    NoPayoutAccount,
    NotAvailable,
    PayoutOpen,
    PayoutsPaused,
    cancel_payout,
    request_payout,
    retry_payout,
)
from billing.models import BalanceAdjustment
from billing.providers.base import Rejected
from billing.queries import earnings_of
from billing.tests.money_stage import (
    ada,
    ask,
    earned,
    faulty,
    hold,
    ledger_balances,
    paid_enrollment,
    rows_of,
    states,
)
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden, Invalid, Missing, WrongMoment
from tests.cast import LONG_AGO, a_member

pytestmark = pytest.mark.django_db
# 31,500 over 3 parts.
PART = 10_500
MADE_NO_TRANSFER = "The payment provider did not make the transfer; an admin looks into it."


@pytest.fixture
def tom():
    return earned(parts=2).teacher


def test_all_that_is_available_is_queued(tom):
    admin = ada()

    payout = ask(tom)

    assert (payout.amount_cents, payout.status, payout.stripe_transfer_id) == (
        2 * PART,
        "pending",
        None,
    )
    assert set(payout.splits.values_list("status", flat=True)) == {"queued"}
    assert earnings_of(tom).available_cents == 0
    assert Email.objects.filter(template="payout-requested", user=admin).count() == 1
    ledger_balances()


@pytest.mark.parametrize(
    ("asked", "given"), [(2 * PART, 2 * PART), (2 * PART - 1, PART), (PART, PART)]
)
def test_whole_rows_up_to_the_amount(tom, asked, given):
    payout = ask(tom, asked)

    assert payout.amount_cents == given
    assert earnings_of(tom).available_cents == 2 * PART - given
    ledger_balances()


def test_the_oldest_goes_first(tom):
    payout = ask(tom, PART)
    assert [row.part_no for row in payout.splits.all()] == [1]


def test_less_than_the_oldest_row_is_refused(tom):
    with pytest.raises(BelowLeast) as refused:
        ask(tom, PART - 1)
    assert "amount_cents" in refused.value.fields
    assert refused.value.status == 422


@pytest.mark.parametrize(("cents", "refusal"), [(0, Invalid), (-1, Invalid), (4_999, BelowLeast)])
def test_amounts_that_can_not_be(tom, cents, refusal):
    with pytest.raises(refusal) as refused:
        ask(tom, cents)
    assert "amount_cents" in refused.value.fields


@pytest.mark.parametrize("cents", [2 * PART + 1, 10**9, 2**31 - 1])
def test_more_than_there_is(tom, cents):
    with pytest.raises(NotAvailable) as refused:
        ask(tom, cents)
    assert refused.value.details == {"available_cents": 2 * PART}


def test_the_minimum_holds_for_everything_too():
    tom = earned(price_cents=6_000).teacher
    with pytest.raises(BelowLeast):
        ask(tom)


def test_held_and_undelivered_money_can_not_be_asked_for():
    enrollment = earned()
    hold(enrollment)
    figures = earnings_of(enrollment.teacher)
    assert (figures.available_cents, figures.held_cents, figures.upcoming_cents) == (
        PART,
        PART,
        PART,
    )
    with pytest.raises(NotAvailable):
        ask(enrollment.teacher, PART + 1)


def test_one_payout_at_a_time(tom):
    ask(tom, PART)
    with pytest.raises(PayoutOpen):
        ask(tom)
    assert PayoutOpen.status == 409


def test_without_an_account_nothing_can_be_asked_for():
    enrollment = paid_enrollment()
    with pytest.raises(NoPayoutAccount) as refused:
        request_payout(recipient=enrollment.teacher, amount_cents=None, at=clock.now())
    assert refused.value.status == 409


def test_a_suspended_member_is_owed_but_not_paid(tom):
    User.objects.filter(pk=tom.pk).update(suspended_at=LONG_AGO)
    with pytest.raises(PayoutsPaused):
        ask(tom)
    assert earnings_of(tom).available_cents == 2 * PART


def test_a_debt_is_always_in_and_a_credit_by_its_age(tom):
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=-1_000, reason="chargeback")
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=300, reason="bonus")

    payout = ask(tom, 2 * PART - 1_000)

    assert payout.amount_cents == 2 * PART - 1_000
    assert [row.amount_cents for row in payout.adjustments.all()] == [-1_000]
    assert earnings_of(tom).available_cents == 300
    ledger_balances()


def test_a_correction_goes_with_the_debt_that_it_makes_good(tom):
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=-PART, reason="clawback")
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=PART, reason="correction")
    payout = ask(tom, PART)
    assert (payout.splits.count(), payout.adjustments.count()) == (1, 2)
    assert payout.amount_cents == PART
    ledger_balances()


def test_a_debt_larger_than_the_earnings_is_carried_on(tom):
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=-30_000, reason="clawback")
    assert earnings_of(tom).available_cents == 2 * PART - 30_000
    with pytest.raises(BelowLeast):
        ask(tom)
    with pytest.raises(NotAvailable):
        ask(tom, 5_000)


def test_the_recipient_takes_it_back(tom):
    payout = ask(tom)
    for _ in range(2):
        cancel_payout(payout_id=payout.pk, by=tom, at=clock.now())
    payout.refresh_from_db()
    assert payout.status == "cancelled"
    assert earnings_of(tom).available_cents == 2 * PART
    assert not Notification.objects.filter(user=tom, title__contains="cancelled").exists()
    ledger_balances()


def test_an_admin_cancels_and_the_recipient_is_notified(tom):
    payout = ask(tom)
    cancel_payout(payout_id=payout.pk, by=ada(), at=clock.now(), reason="Wrong account")
    assert Notification.objects.filter(user=tom, title__contains="cancelled").count() == 1


def test_a_stranger_can_not_cancel(tom):
    payout = ask(tom)
    with pytest.raises(Missing):
        cancel_payout(payout_id=payout.pk, by=a_member("Olga Stranger"), at=clock.now())


def test_what_was_sent_can_not_be_cancelled(tom):
    payout = ask(tom)
    process_payout(payout_id=payout.pk, by=ada(), at=clock.now())
    with pytest.raises(WrongMoment):
        cancel_payout(payout_id=payout.pk, by=tom, at=clock.now())


def a_failed_payout(tom):
    payout = ask(tom)
    with faulty(create_transfer=[Rejected("no")]):
        return process_payout(payout_id=payout.pk, by=ada(), at=clock.now())


def test_a_failed_payout_gives_its_rows_back(tom):
    payout = a_failed_payout(tom)
    assert (payout.status, payout.failure_reason) == ("failed", "no")
    assert payout.failure_words == MADE_NO_TRANSFER
    assert earnings_of(tom).available_cents == 2 * PART
    assert Email.objects.filter(template="payout-failed", user=tom).count() == 1
    ledger_balances()


def test_a_failed_payout_is_tried_again_with_what_is_there_now(tom):
    payout = a_failed_payout(tom)
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=250, reason="bonus")
    admin = ada()

    again = retry_payout(payout_id=payout.pk, by=admin, at=clock.now())

    assert (again.status, again.attempt, again.amount_cents) == ("pending", 2, 2 * PART + 250)
    ledger_balances()
    process_payout(payout_id=payout.pk, by=admin, at=clock.now())
    again.refresh_from_db()
    assert again.status == "paid"
    ledger_balances()


def test_retrying_is_for_admins_and_failed_payouts(tom):
    payout = ask(tom)
    with pytest.raises(Forbidden):
        retry_payout(payout_id=payout.pk, by=tom, at=clock.now())
    with pytest.raises(WrongMoment):
        retry_payout(payout_id=payout.pk, by=ada(), at=clock.now())


def test_a_retry_gives_way_to_another_open_payout(tom):
    payout = a_failed_payout(tom)
    ask(tom)
    with pytest.raises(PayoutOpen):
        retry_payout(payout_id=payout.pk, by=ada(), at=clock.now())


def test_the_figures_add_up_through_a_payout(tom):
    before = earnings_of(tom)
    payout = ask(tom)
    asked = earnings_of(tom)
    process_payout(payout_id=payout.pk, by=ada(), at=clock.now())
    paid = earnings_of(tom)

    assert (before.pending_balance_cents, before.total_earned_cents) == (2 * PART, 2 * PART)
    assert (asked.available_cents, asked.pending_balance_cents) == (0, 2 * PART)
    assert asked.queued_cents == 2 * PART
    assert (paid.queued_cents, paid.paid_cents) == (0, 2 * PART)
    assert before.total_earned_cents == asked.total_earned_cents == paid.total_earned_cents


def test_the_rows_of_a_payout_are_paid_with_it(tom):
    enrollment = rows = None
    payout = ask(tom)
    enrollment = payout.splits.first().transaction.enrollment
    process_payout(payout_id=payout.pk, by=ada(), at=clock.now() + timedelta(days=1))
    rows = rows_of(enrollment, share="teaching", status="paid")
    payout.refresh_from_db()
    assert {row.stripe_transfer_id for row in rows} == {payout.stripe_transfer_id}
    assert states(enrollment, 1)["royalty"] == "releasable"
