"""More left than was paid, or another sum than our ledger says: booked, shown, never an error."""

import pytest

from accounts.models import Notification, WebhookEvent
from billing.actions.reconciling import compare_books
from billing.actions.refund_differences import outstanding_cents
from billing.actions.refund_sending import send_again, send_approved, sync_refunds
from billing.actions.refunds import refund_leftovers
from billing.models import ExcessRefund, LocalPaymentObject, Refund, RefundFailure, RefundRequest
from billing.providers import local_console
from billing.tests.money_stage import (
    ada,
    approve,
    decide,
    dispute,
    ledger_balances,
    left,
    paid_enrollment,
    payment_of,
    refunds_there,
    send,
    stand,
)
from billing.tests.stage import settle
from peerloop.kit import clock

pytestmark = pytest.mark.django_db


def lost_after_a_refund(*, refund_cents, dispute_cents):
    """The console refunds, and the bank takes the money back: its events come first."""
    enrollment = paid_enrollment()
    payment = payment_of(enrollment)
    refund = local_console.refund(payment.stripe_payment_intent_id, refund_cents)
    events = LocalPaymentObject.objects.filter(kind="event", delivered_at=None)
    late = list(events.values_list("pk", flat=True))
    events.update(delivered_at=clock.now())
    key = dispute(enrollment, amount_cents=dispute_cents)
    settle()
    decide(key, "lost")
    LocalPaymentObject.objects.filter(pk__in=late).update(delivered_at=None)
    return enrollment, refund


def test_a_refund_after_a_lost_dispute_is_booked_and_shown():
    admin = ada()
    enrollment, refund = lost_after_a_refund(refund_cents=45_000, dispute_cents=45_000)
    settle()
    settle()

    excess = ExcessRefund.objects.get()
    assert (excess.provider_id, excess.amount_cents) == (refund, 45_000)
    assert (
        Notification.objects.filter(user=admin, title__contains="more than was paid").count() == 1
    )
    assert not WebhookEvent.objects.filter(status__in=["new", "failed"]).exists()
    assert stand(enrollment) == ("dispute_lost", "cancelled")
    assert compare_books(at=clock.now()) == 0
    ledger_balances()


def test_what_of_a_refund_still_fits_the_payment_is_booked_as_one():
    enrollment, _ = lost_after_a_refund(refund_cents=20_000, dispute_cents=30_000)
    settle()
    payment = payment_of(enrollment)
    assert payment.refunded_cents == 45_000
    assert sorted(Refund.objects.values_list("amount_cents", flat=True)) == [15_000, 30_000]
    assert ExcessRefund.objects.get().amount_cents == 5_000
    assert compare_books(at=clock.now()) == 0
    ledger_balances()


def test_a_dispute_lost_after_the_refund_was_booked_is_shown_too():
    enrollment = paid_enrollment()
    payment = payment_of(enrollment)
    local_console.refund(payment.stripe_payment_intent_id, 45_000)
    settle()
    decide(dispute(enrollment, amount_cents=45_000), "lost")
    assert ExcessRefund.objects.get().amount_cents == 45_000
    assert compare_books(at=clock.now()) == 0
    ledger_balances()


def test_an_excess_that_its_bank_does_not_take_is_simply_back():
    enrollment, refund = lost_after_a_refund(refund_cents=45_000, dispute_cents=45_000)
    settle()
    local_console.fail_refund(refund)
    settle()
    assert ExcessRefund.objects.get().came_back_at is not None
    assert not RefundFailure.objects.exists()
    assert outstanding_cents(payment_of(enrollment)) == 0
    assert compare_books(at=clock.now()) == 0


def test_a_dispute_over_what_came_back_pays_the_payer():
    """The bank of the payer took the money that their bank sent back to us before."""
    enrollment = paid_enrollment()
    payment = payment_of(enrollment)
    refund = local_console.refund(payment.stripe_payment_intent_id, 45_000)
    settle()
    local_console.fail_refund(refund)
    settle()
    decide(dispute(enrollment, amount_cents=45_000), "lost")
    assert outstanding_cents(payment) == 0
    assert not ExcessRefund.objects.exists()
    ledger_balances()


def test_a_sum_that_differs_from_the_providers_books_is_told_once():
    admin = ada()
    enrollment = paid_enrollment()
    payment = payment_of(enrollment)
    local_console.refund(payment.stripe_payment_intent_id, 10_000)
    settle()
    charge = LocalPaymentObject.objects.get(object_id=payment.stripe_charge_id)
    charge.data = {**charge.data, "amount_refunded": 12_500}
    charge.save()

    assert [compare_books(at=clock.now()) for _ in range(2)] == [1, 1]
    told = Notification.objects.get(user=admin, title__contains="books differ")
    assert "$25.00" in told.title


def test_who_leaves_after_most_of_a_refund_came_back_is_asked_for_once():
    admin = ada()
    enrollment = paid_enrollment()
    payment = payment_of(enrollment)
    back = local_console.refund(payment.stripe_payment_intent_id, 40_000)
    settle()
    local_console.fail_refund(back)
    settle()

    request = left(enrollment)
    approve(request, by=admin)
    send(request)
    settle()
    for _ in range(4):
        refund_leftovers(at=clock.now())
        RefundRequest.objects.filter(status="pending").update(status="approved")
        send_approved(at=clock.now())
        settle()

    assert RefundRequest.objects.count() == 1
    assert refunds_there() == [40_000, 5_000]
    payment.refresh_from_db()
    assert (payment.refunded_cents, outstanding_cents(payment)) == (45_000, 40_000)
    assert send_again(failure=RefundFailure.objects.get(), by=admin, at=clock.now())
    sync_refunds(payment=payment, at=clock.now())
    assert outstanding_cents(payment) == 0
    assert sum(refunds_there()) - 40_000 == 45_000
    assert compare_books(at=clock.now()) == 0
    ledger_balances()
