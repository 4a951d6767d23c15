"""Paid shares that come back: reversed at the provider, or netted from later payouts (REF-9)."""

import pytest

from accounts.models import Notification, User
from billing.actions.clawbacks import reverse_waiting, sync_reversals
from billing.models import BalanceAdjustment, TransferReversal
from billing.providers import local_console
from billing.providers.base import Rejected, Unavailable
from billing.queries import earnings_of
from billing.tests.money_stage import (
    LostAnswer,
    ada,
    ask,
    earned,
    faulty,
    hold,
    ledger_balances,
    paid_out,
    payment_of,
    states,
)
from billing.tests.stage import an_event, outcome, settle
from peerloop.kit import clock

pytestmark = pytest.mark.django_db
PART = 10_500
SILENCE = Unavailable("no answer")


@pytest.fixture
def enrollment():
    """Two sessions held; Tom was paid for both, Clara was not."""
    found = earned(parts=2)
    paid_out(found.teacher)
    return found


def refund_all(enrollment):
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 45_000)
    settle()


def reverse():
    return reverse_waiting(at=clock.now())


def corrections(user):
    rows = BalanceAdjustment.objects.filter(recipient=user).order_by("created_at", "pk")
    return [(row.reason, row.amount_cents) for row in rows]


def test_a_paid_share_is_owed_back_and_its_transfer_reversed(enrollment):
    tom = enrollment.teacher
    refund_all(enrollment)
    assert states(enrollment, 1) == {
        "platform": "reversed",
        "royalty": "refunded",
        "teaching": "reversed",
    }
    owed = earnings_of(tom)
    assert (owed.available_cents, owed.paid_cents, owed.total_earned_cents) == (
        -2 * PART,
        2 * PART,
        0,
    )
    ledger_balances()

    assert reverse() == 2
    assert reverse() == 0
    settle()

    square = earnings_of(tom)
    assert (square.available_cents, square.paid_cents, square.total_earned_cents) == (0, 0, 0)
    assert corrections(tom) == [("clawback", -PART)] * 2 + [("correction", PART)] * 2
    ledger_balances()


def test_what_left_for_the_bank_is_netted_from_later_payouts(enrollment):
    tom = enrollment.teacher
    local_console.pay_out(User.objects.get(pk=tom.pk).stripe_account_id)
    refund_all(enrollment)
    reverse()
    assert set(TransferReversal.objects.values_list("status", flat=True)) == {"refused"}
    assert earnings_of(tom).available_cents == -2 * PART

    later = earned_by(tom, parts=3)
    payout = ask(tom)

    assert payout.amount_cents == 3 * PART - 2 * PART
    assert payout.splits.count() == 3
    assert later.teacher == tom
    ledger_balances()


def earned_by(user, *, parts):
    from datetime import timedelta

    from billing.actions.escrow import release_due
    from billing.tests.money_stage import WEEK, paid_enrollment
    from tests.cast import a_course, a_teacher

    course = a_course()
    found = paid_enrollment(course=course, teacher=a_teacher(course, user))
    for number in range(parts):
        hold(found, at=clock.now() - WEEK - timedelta(hours=parts - number))
    release_due(at=clock.now())
    return found


def test_a_lost_answer_reverses_once(enrollment):
    refund_all(enrollment)
    with faulty(reverse_transfer=[LostAnswer(SILENCE)]):
        assert reverse() == 0
    assert reverse() == 2
    payout = enrollment.teacher
    assert earnings_of(payout).available_cents == 0
    ledger_balances()


def test_silence_changes_nothing(enrollment):
    refund_all(enrollment)
    with faulty(reverse_transfer=[SILENCE] * 5):
        assert reverse() == 0
    assert TransferReversal.objects.filter(status="waiting").count() == 2
    ledger_balances()


def test_the_event_of_our_own_reversal_changes_nothing_more(enrollment):
    refund_all(enrollment)
    with faulty(reverse_transfer=[LostAnswer(SILENCE)]):
        reverse()
    settle()
    assert earnings_of(enrollment.teacher).available_cents == 0
    assert not Notification.objects.filter(title__contains="by hand").exists()
    ledger_balances()


def test_a_reversal_of_the_console_is_owed_again():
    admin = ada()
    enrollment = earned(parts=2)
    tom = enrollment.teacher
    payout = paid_out(tom)

    for expected in (3_000, 5_000):
        more = expected - earnings_of(tom).available_cents
        local_console.reverse(payout.stripe_transfer_id, more)
        settle()
        assert earnings_of(tom).available_cents == expected
    sync_reversals(payout=payout, at=clock.now())

    figures = earnings_of(tom)
    assert (figures.available_cents, figures.paid_cents) == (5_000, 2 * PART - 5_000)
    assert figures.total_earned_cents == 2 * PART
    assert Notification.objects.filter(user=admin, title__contains="by hand").count() == 2
    ledger_balances()


def test_no_more_than_the_transfer_is_reversed():
    enrollment = earned(parts=2)
    tom = enrollment.teacher
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=-15_000, reason="chargeback")
    payout = paid_out(tom)
    assert payout.amount_cents == 6_000

    refund_all(enrollment)
    reverse()

    assert sum(TransferReversal.objects.values_list("amount_cents", flat=True)) == 6_000
    assert earnings_of(tom).available_cents == -2 * PART + 6_000
    ledger_balances()


def test_a_refused_reversal_stays_refused(enrollment):
    refund_all(enrollment)
    with faulty(reverse_transfer=[Rejected("insufficient"), Rejected("insufficient")]):
        assert reverse() == 2
    assert reverse() == 0
    assert {one.error for one in TransferReversal.objects.all()} == {"insufficient"}


@pytest.mark.parametrize("group", ["", "payout:x", "other"])
def test_reversals_of_unknown_payouts_are_ignored(group):
    data = {
        "id": "tr_1",
        "amount": 5,
        "amount_reversed": 5,
        "currency": "usd",
        "destination": "acct_1",
        "transfer_group": group,
    }
    assert outcome(an_event("transfer.reversed", data)) == "ignored"


def test_a_bank_that_refuses_a_payout_notifies_and_changes_no_balance(enrollment):
    tom = User.objects.get(pk=enrollment.teacher_id)
    before = earnings_of(tom)
    local_console.bank_refuses(tom.stripe_account_id, 6_300, reason="Account closed")
    settle()
    assert Notification.objects.filter(user=tom, title="Your bank did not accept $63.00").exists()
    assert earnings_of(tom) == before
    assert outcome(an_event("payout.failed", {"amount": 5}, account="acct_none")) == "ignored"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (40_000, "rwf", "RWF\u202f40,000"),
        (1_500, "jpy", "¥1,500"),
        (1_250, "kwd", "KWD\u202f1.250"),
    ],
)
def test_a_refused_payout_names_the_amount_in_its_own_currency(enrollment, amount, currency, words):
    tom = User.objects.get(pk=enrollment.teacher_id)
    data = {"id": "po_1", "object": "payout", "amount": amount, "currency": currency}

    outcome(an_event("payout.failed", data, account=tom.stripe_account_id))

    title = f"Your bank did not accept {words}"
    assert Notification.objects.filter(user=tom, title=title).exists()
