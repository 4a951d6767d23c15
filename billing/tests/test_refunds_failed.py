"""Refunds that came back: the student is owed until as much went out again."""

import pytest

from accounts.models import Email, Notification, WebhookEvent
from billing.actions.refund_differences import outstanding_cents
from billing.actions.refund_sending import send_again, sync_refunds
from billing.models import (
    LocalPaymentObject,
    Refund,
    RefundFailure,
)
from billing.providers import local_console
from billing.providers.base import ANSWERED, Rejected, Unavailable
from billing.tests.money_stage import (
    LostAnswer,
    ada,
    approve,
    faulty,
    ledger_balances,
    left,
    paid_enrollment,
    payment_of,
    refunds_there,
    send,
)
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.refusals import Conflict, Forbidden, OutsideDown

pytestmark = pytest.mark.django_db
SILENCE = Unavailable("no answer")
BROKEN = Unavailable("error", code=ANSWERED)


def failed_refund():
    enrollment = paid_enrollment()
    request = left(enrollment)
    approve(request)
    send(request)
    settle()
    local_console.fail_refund(Refund.objects.get().stripe_refund_id)
    settle()
    return enrollment, payment_of(enrollment)


def test_a_refund_that_came_back_notifies_admins_and_is_sent_again_once():
    admin = ada()
    enrollment, payment = failed_refund()
    failure = RefundFailure.objects.get()
    assert (failure.transaction, failure.amount_cents) == (payment, 45_000)
    assert Notification.objects.filter(user=admin, title__contains="came back").count() == 1
    sam = enrollment.student
    assert Email.objects.filter(template="refund-delayed", to=sam.email).count() == 1
    with pytest.raises(Forbidden):
        send_again(failure=failure, by=enrollment.student, at=clock.now())

    assert send_again(failure=failure, by=admin, at=clock.now())
    assert not send_again(failure=failure, by=admin, at=clock.now())
    settle()
    sync_refunds(payment=payment, at=clock.now())

    assert Refund.objects.count() == 1
    assert refunds_there() == [45_000, 45_000]
    assert outstanding_cents(payment) == 0
    assert Email.objects.filter(template="refund-processed", to=sam.email).count() == 2
    ledger_balances()


def test_sending_again_may_fail_too():
    admin = ada()
    failed_refund()
    failure = RefundFailure.objects.get()
    with faulty(create_refund=[SILENCE, Rejected("no")]):
        with pytest.raises(OutsideDown):
            send_again(failure=failure, by=admin, at=clock.now())
        with pytest.raises(Conflict):
            send_again(failure=failure, by=admin, at=clock.now())
    assert send_again(failure=failure, by=admin, at=clock.now())


def test_an_error_kept_for_a_refund_sent_again_blocks_no_second_try():
    admin = ada()
    _, payment = failed_refund()
    for fault in (BROKEN, LostAnswer(BROKEN)):
        failure = RefundFailure.objects.get()
        with faulty(create_refund=[fault]):
            if isinstance(fault, LostAnswer):
                assert send_again(failure=failure, by=admin, at=clock.now())
            else:
                with pytest.raises(OutsideDown):
                    send_again(failure=failure, by=admin, at=clock.now())
    assert RefundFailure.objects.get().attempt == 2
    assert refunds_there() == [45_000, 45_000]
    assert outstanding_cents(payment) == 0
    ledger_balances()


def test_replacements_of_the_console_are_counted_by_amount():
    _, payment = failed_refund()
    for cents, owed in ((20_000, 25_000), (25_000, 0)):
        local_console.refund(payment.stripe_payment_intent_id, cents)
        settle()
        assert outstanding_cents(payment) == owed
    assert Refund.objects.count() == 1
    assert not WebhookEvent.objects.filter(status="new").exists()
    ledger_balances()


def test_more_than_came_back_is_booked_as_a_new_refund():
    enrollment = paid_enrollment()
    payment = payment_of(enrollment)
    first = local_console.refund(payment.stripe_payment_intent_id, 10_000)
    settle()
    local_console.fail_refund(first)
    settle()
    local_console.refund(payment.stripe_payment_intent_id, 45_000)
    settle()

    payment.refresh_from_db()
    assert (payment.refunded_cents, payment.status) == (45_000, "refunded")
    assert outstanding_cents(payment) == 0
    ledger_balances()


def test_a_replacement_may_come_back_too():
    _, payment = failed_refund()
    again = local_console.refund(payment.stripe_payment_intent_id, 45_000)
    settle()
    local_console.fail_refund(again)
    settle()
    assert RefundFailure.objects.count() == 2
    assert outstanding_cents(payment) == 45_000


def test_a_refund_that_failed_before_it_was_booked_is_tried_again():
    enrollment = paid_enrollment()
    request = left(enrollment)
    approve(request)
    with faulty(create_refund=[LostAnswer(SILENCE)]), pytest.raises(OutsideDown):
        send(request)
    made = LocalPaymentObject.objects.get(kind="refund")
    local_console.fail_refund(made.object_id)
    settle()

    assert not send(request)
    request.refresh_from_db()
    assert request.status == "failed"
    assert not RefundFailure.objects.exists()
    approve(request)
    assert send(request)
    assert payment_of(enrollment).status == "refunded"
    ledger_balances()
