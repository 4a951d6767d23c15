"""Payouts that our balance does not cover yet, and payouts of what goes back meanwhile."""

from datetime import timedelta

import pytest

from accounts.models import Email, Notification
from billing.actions.escrow import release_due
from billing.actions.payout_batches import finish_processing, process_waiting
from billing.actions.payout_processing import fail_payout, process_payout
from billing.actions.refund_sending import send_refund
from billing.models import Payout
from billing.providers.base import NOT_COVERED, Rejected
from billing.tests.money_stage import (
    ada,
    ask,
    connect,
    earned,
    faulty,
    hold,
    ledger_balances,
    left,
    paid_enrollment,
    states,
)
from peerloop.kit import clock

pytestmark = pytest.mark.django_db
BOOKS = "You have insufficient available funds in your Stripe account: $12.34"
HOUR = timedelta(hours=1)


def empty():
    return Rejected(BOOKS, code=NOT_COVERED)


@pytest.fixture
def payout():
    return ask(earned().teacher)


def process(payout, by=None):
    return process_payout(payout_id=payout.pk, by=by or ada(), at=clock.now())


def test_a_payout_that_our_balance_does_not_cover_waits_and_is_sent_later(payout):
    admin = ada()
    with faulty(create_transfer=[empty(), empty()]):
        assert process(payout, admin).status == "pending"
        # Not again at once, then once an hour.
        assert process_waiting(at=clock.now()) == 0
        assert process_waiting(at=clock.now() + HOUR) == 0
        assert process_waiting(at=clock.now() + 2 * HOUR) == 1

    payout.refresh_from_db()
    assert (payout.status, payout.approved_by) == ("paid", admin)
    ledger_balances()


def test_admins_hear_of_it_once_a_day_and_the_recipient_nothing_of_our_books(payout):
    admin = ada()
    Notification.objects.all().delete()
    Email.objects.all().delete()
    with faulty(create_transfer=[empty(), empty()]):
        process(payout, admin)
        process(payout, admin)

    told = Notification.objects.filter(title__contains="waits for the platform's balance")
    assert [one.user for one in told] == [admin]
    assert not Notification.objects.filter(user=payout.recipient).exists()
    assert not Email.objects.filter(user=payout.recipient).exists()
    assert Payout.objects.get().failure_reason == ""


def test_no_refusal_shows_the_recipient_what_the_provider_says_of_us(payout):
    admin = ada()
    with faulty(create_transfer=[Rejected(BOOKS, code="platform_account_odd")]):
        assert process(payout, admin).status == "failed"

    payout.refresh_from_db()
    tom = payout.recipient
    seen = [str(one.context) for one in Email.objects.filter(user=tom)]
    seen += [one.title + one.body for one in Notification.objects.filter(user=tom)]
    assert not any("insufficient" in words for words in [*seen, payout.failure_words])
    assert Notification.objects.filter(user=admin, body__contains="insufficient").exists()


def test_an_admin_who_lost_the_right_sends_nothing_later(payout):
    admin = ada()
    with faulty(create_transfer=[empty()]):
        process(payout, admin)
    admin.is_admin = False
    admin.save()
    assert process_waiting(at=clock.now() + HOUR) == 0
    assert Payout.objects.get().status == "pending"


def in_flight(payout):
    """Sent, without an answer so far."""
    Payout.objects.filter(pk=payout.pk).update(
        status="processing", processed_at=clock.now(), approved_by=ada()
    )
    payout.refresh_from_db()
    return payout


@pytest.fixture
def young(settings):
    """One session held, within the guarantee; its share is on its way to Tom already."""
    settings.HOLD_DAYS = 1
    enrollment = paid_enrollment()
    connect(enrollment.teacher)
    hold(enrollment, at=clock.now() - timedelta(days=2))
    release_due(at=clock.now())
    return enrollment, in_flight(ask(enrollment.teacher))


def test_a_payout_that_fails_while_the_whole_payment_goes_back_leaves_nothing_payable(young):
    enrollment, payout = young
    request = left(enrollment)
    assert request.policy == "guarantee"
    assert states(enrollment, 1)["teaching"] == "queued"

    fail_payout(payout_id=payout.pk, reason="no", at=clock.now())

    assert states(enrollment, 1)["teaching"] == "frozen"
    ledger_balances()
    request.transition_to("approved")
    request.approved_cents = request.policy_cents
    request.save()
    assert send_refund(request_id=request.pk, at=clock.now())
    assert states(enrollment, 1)["teaching"] == "refunded"
    ledger_balances()


def test_a_payout_that_waits_while_the_whole_payment_goes_back_is_cancelled(young):
    enrollment, payout = young
    left(enrollment)
    with faulty(create_transfer=[empty()], find_transfer=[]):
        finish_processing(at=clock.now(), older_than=clock.now() + HOUR)

    payout.refresh_from_db()
    assert payout.status == "cancelled"
    assert states(enrollment, 1)["teaching"] == "frozen"
    ledger_balances()


def test_what_was_taught_stays_payable_where_only_the_rest_goes_back():
    enrollment = earned(parts=2)
    payout = in_flight(ask(enrollment.teacher))
    assert left(enrollment).policy == "pro_rata"
    fail_payout(payout_id=payout.pk, reason="no", at=clock.now())
    assert states(enrollment, 1)["teaching"] == "releasable"
    ledger_balances()
