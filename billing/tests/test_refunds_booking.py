"""Refunds in the ledger: whole parts, console refunds, payouts in the way (rules REF-8, REF-9)."""

from datetime import timedelta

import pytest

from accounts.models import Notification
from billing.actions.refund_booking import PayoutUnderWay, book_refund
from billing.actions.refund_sending import send_approved
from billing.actions.refunds import grant_refund, refund_leftovers
from billing.models import (
    BalanceAdjustment,
    Refund,
    RefundRequest,
)
from billing.providers import local_console
from billing.providers.base import Unavailable
from billing.queries import earnings_of
from billing.queries.refund_preview import due_cents
from billing.tests.money_stage import (
    ada,
    approve,
    ask,
    earned,
    faulty,
    hold,
    ledger_balances,
    left,
    paid_enrollment,
    payment_of,
    refunds_there,
    rows_of,
    send,
    states,
)
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.refusals import OutsideDown

pytestmark = pytest.mark.django_db
SILENCE = Unavailable("no answer")


def test_a_refund_of_the_console_takes_whole_parts_from_the_end():
    enrollment = paid_enrollment()
    hold(enrollment)
    payment = payment_of(enrollment)

    local_console.refund(payment.stripe_payment_intent_id, 20_000)
    settle()

    assert set(states(enrollment, 3).values()) == {"refunded"}
    assert set(states(enrollment, 2).values()) == {"held"}
    assert BalanceAdjustment.objects.get().amount_cents == -5_000
    enrollment.refresh_from_db()
    assert enrollment.status == "in_progress"
    ledger_balances()

    # What was carried is given back to the platform once a whole part fits.
    local_console.refund(payment.stripe_payment_intent_id, 10_000)
    settle()
    assert set(states(enrollment, 2).values()) == {"refunded"}
    amounts = BalanceAdjustment.objects.order_by("created_at").values_list(
        "amount_cents", flat=True
    )
    assert list(amounts) == [-5_000, 5_000]
    ledger_balances()


def test_a_full_refund_of_the_console_ends_the_enrollment():
    enrollment = paid_enrollment()
    hold(enrollment)
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 45_000)
    settle()
    enrollment.refresh_from_db()
    assert enrollment.status == "cancelled"
    assert set(rows_of(enrollment).values_list("status", flat=True)) == {"refunded"}
    ledger_balances()


def test_the_rest_of_a_payment_after_a_crooked_refund():
    enrollment = paid_enrollment()
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 100)
    settle()
    request = left(enrollment)
    approve(request)
    send(request)

    payment = payment_of(enrollment)
    assert (payment.status, refunds_there()) == ("refunded", [100, 44_900])
    assert set(rows_of(enrollment).values_list("status", flat=True)) == {"refunded"}
    assert sum(BalanceAdjustment.objects.values_list("amount_cents", flat=True)) == 0
    ledger_balances()


def test_a_pending_payout_gives_way_to_a_refund_of_its_row():
    enrollment = earned(parts=1)
    payout = ask(enrollment.teacher)
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 45_000)
    settle()
    payout.refresh_from_db()
    assert payout.status == "cancelled"
    assert states(enrollment, 1)["teaching"] == "refunded"
    assert Notification.objects.filter(user=enrollment.teacher, title__contains="cancelled")
    ledger_balances()


def test_a_row_that_is_being_sent_is_waited_for():
    from billing.actions.payout_batches import finish_processing
    from billing.actions.payout_processing import process_payout

    enrollment = earned(parts=1)
    payout = ask(enrollment.teacher)
    with faulty(create_transfer=[SILENCE]), pytest.raises(OutsideDown):
        process_payout(payout_id=payout.pk, by=ada(), at=clock.now())
    payment = payment_of(enrollment)
    with pytest.raises(PayoutUnderWay):
        book_refund(payment=payment, refund_id="re_x", amount_cents=45_000, at=clock.now())
    assert not Refund.objects.exists()

    # A refund of undelivered parts alone goes through meanwhile.
    book_refund(payment=payment, refund_id="re_y", amount_cents=15_000, at=clock.now())

    finish_processing(at=clock.now(), older_than=clock.now() + timedelta(hours=1))
    book_refund(payment=payment, refund_id="re_x", amount_cents=30_000, at=clock.now())
    assert states(enrollment, 1)["teaching"] == "reversed"
    ledger_balances()


def test_what_was_asked_for_shrinks_with_what_went_back_meanwhile():
    enrollment = paid_enrollment()
    request = left(enrollment)
    payment = payment_of(enrollment)
    local_console.refund(payment.stripe_payment_intent_id, 20_000)
    settle()
    request.refresh_from_db()
    assert (request.status, request.policy_cents) == ("pending", 25_000)

    local_console.refund(payment.stripe_payment_intent_id, 25_000)
    settle()
    request.refresh_from_db()
    assert request.status == "withdrawn"
    assert send_approved(at=clock.now()) == 0
    ledger_balances()


def test_leaving_while_another_refund_is_on_its_way_is_asked_for_after_it():
    enrollment, admin = paid_enrollment(), ada()
    payment = payment_of(enrollment)
    granted = grant_refund(
        payment=payment, amount_cents=1_000, reason="Late start", by=admin, at=clock.now()
    )
    with faulty(create_refund=[SILENCE]), pytest.raises(OutsideDown):
        send(granted)

    assert left(enrollment) is None
    enrollment.refresh_from_db()
    assert enrollment.status == "cancelled"
    assert due_cents(enrollment) == 45_000
    assert refund_leftovers(at=clock.now()) == 0

    assert send(granted)
    assert refund_leftovers(at=clock.now()) == 1
    request = RefundRequest.objects.get(policy="pro_rata")
    assert request.policy_cents == 44_000
    approve(request, admin)
    assert send(request)
    assert payment_of(enrollment).status == "refunded"
    ledger_balances()


def test_a_refund_leaves_no_money_to_ask_for():
    enrollment = earned(parts=2)
    before = earnings_of(enrollment.teacher)
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 45_000)
    settle()
    after = earnings_of(enrollment.teacher)
    assert before.available_cents == 21_000
    assert (after.available_cents, after.total_earned_cents, after.upcoming_cents) == (0, 0, 0)
