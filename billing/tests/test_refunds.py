"""Refunds: approved by an admin or by time, sent once, booked once (rules REF-4, REF-6, REF-7)."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Email, Notification
from billing.actions.refund_sending import send_approved, sync_refunds
from billing.actions.refunds import RefundOpen, approve_overdue, grant_refund
from billing.models import (
    BalanceAdjustment,
    LocalPaymentObject,
    Refund,
    Transaction,
)
from billing.providers.base import ANSWERED, NOT_COVERED, Rejected, Unavailable
from billing.tests.money_stage import (
    LostAnswer,
    ada,
    approve,
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
from peerloop.kit.refusals import Forbidden, Invalid, OutsideDown, WrongMoment

pytestmark = pytest.mark.django_db
SILENCE = Unavailable("no answer")
BROKEN = Unavailable("error", code=ANSWERED)


def test_a_full_refund_from_request_to_bank():
    enrollment, admin = paid_enrollment(), ada()
    request = left(enrollment)

    approve(request, admin)
    assert send(request)
    settle()

    refund = Refund.objects.get()
    payment = payment_of(enrollment)
    assert (payment.status, payment.refunded_cents) == ("refunded", 45_000)
    assert set(rows_of(enrollment).values_list("status", flat=True)) == {"refunded"}
    assert (refund.origin, refund.request) == ("request", request)
    request.refresh_from_db()
    assert (request.status, request.decided_by) == ("done", admin)
    assert refunds_there() == [45_000]
    assert Email.objects.filter(template="refund-processed", user=payment.payer).count() == 1
    assert AuditEntry.objects.filter(action="refund.approve", actor=admin).count() == 1
    ledger_balances()


def test_a_pro_rata_refund_leaves_what_was_held():
    enrollment = paid_enrollment(modules=4)
    hold(enrollment, at=clock.now() - timedelta(days=8))
    request = left(enrollment)
    approve(request)
    send(request)

    payment = payment_of(enrollment)
    assert (payment.status, payment.refunded_cents) == ("partially_refunded", 33_751)
    assert set(states(enrollment, 1).values()) == {"held"}
    for number in (2, 3, 4):
        assert set(states(enrollment, number).values()) == {"refunded"}
    assert not BalanceAdjustment.objects.exists()
    ledger_balances()


def test_events_before_between_and_after_book_once():
    enrollment = paid_enrollment()
    request = left(enrollment)
    approve(request)
    with faulty(create_refund=[LostAnswer(SILENCE)]), pytest.raises(OutsideDown):
        send(request)
    settle()
    request.refresh_from_db()
    assert request.status == "done"

    assert not send(request)
    payment = payment_of(enrollment)
    for _ in range(3):
        sync_refunds(payment=payment, at=clock.now())

    assert Refund.objects.count() == 1
    assert Refund.objects.get().request == request
    assert refunds_there() == [45_000]
    ledger_balances()


def test_untouched_for_three_days_it_goes_by_itself():
    enrollment = paid_enrollment()
    request = left(enrollment)
    assert approve_overdue(at=request.auto_approve_at - timedelta(seconds=1)) == 0
    assert approve_overdue(at=request.auto_approve_at) == 1
    assert send_approved(at=clock.now()) == 1
    request.refresh_from_db()
    assert (request.status, request.decided_by) == ("done", None)


def test_more_needs_a_reason_less_is_never_approved():
    enrollment = paid_enrollment(modules=4)
    hold(enrollment, at=clock.now() - timedelta(days=8))
    request = left(enrollment)
    for amount in (33_750, 45_001, 0):
        with pytest.raises(Invalid) as refused:
            approve(request, amount_cents=amount)
        assert "amount_cents" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        approve(request, amount_cents=40_000)
    assert "reason" in refused.value.fields

    approve(request, amount_cents=40_000, reason="Teacher was late")
    send(request)

    # The three undelivered parts, and 6,249 more: no whole part, so the platform carries them.
    assert payment_of(enrollment).refunded_cents == 40_000
    carried = BalanceAdjustment.objects.get()
    assert (carried.recipient, carried.amount_cents) == (None, -(40_000 - 33_751))
    ledger_balances()


def test_nobody_decides_on_their_own_refund():
    enrollment = paid_enrollment()
    request = left(enrollment)
    with pytest.raises(Forbidden):
        approve(request, enrollment.teacher)
    enrollment.student.is_admin = True
    enrollment.student.save()
    with pytest.raises(Forbidden) as refused:
        approve(request, enrollment.student)
    assert refused.value.code == "four_eyes"


def test_approving_twice_is_approving_once():
    request = left(paid_enrollment())
    approve(request)
    approve(request, amount_cents=45_000)
    assert AuditEntry.objects.filter(action="refund.approve").count() == 1


def test_a_refusal_notifies_admins_and_can_be_retried_under_another_key():
    enrollment, admin = paid_enrollment(), ada()
    request = left(enrollment)
    approve(request, admin)
    with faulty(create_refund=[Rejected("no")]):
        assert not send(request)
    request.refresh_from_db()
    assert request.status == "failed"
    assert Notification.objects.filter(user=admin, title__contains="refused").count() == 1
    assert send_approved(at=clock.now()) == 0

    approve(request, admin)
    assert send(request)
    keys = LocalPaymentObject.objects.filter(kind="refund").values_list("idempotency_key")
    assert [key for (key,) in keys] == [f"refund:refund:{request.pk}:2"]
    ledger_balances()


def test_a_stored_error_without_a_refund_takes_another_key():
    request = left(paid_enrollment())
    approve(request)
    with faulty(create_refund=[BROKEN]), pytest.raises(OutsideDown):
        send(request)
    assert send_approved(at=clock.now()) == 1
    request.refresh_from_db()
    assert (request.attempt, len(refunds_there())) == (2, 1)


def test_a_stored_error_with_the_refund_behind_it_is_found():
    request = left(paid_enrollment())
    approve(request)
    with faulty(create_refund=[LostAnswer(BROKEN)]):
        assert send(request)
    assert refunds_there() == [45_000]


def test_one_silent_refund_does_not_keep_the_others_waiting():
    requests = [left(paid_enrollment()) for _ in range(2)]
    for request in requests:
        approve(request)
    with faulty(create_refund=[SILENCE]):
        assert send_approved(at=clock.now()) == 1
    assert send_approved(at=clock.now()) == 1
    ledger_balances()


def test_an_admin_grants_a_refund_of_a_completed_course():
    enrollment, admin = earned(parts=3), ada()
    payment = payment_of(enrollment)

    request = grant_refund(
        payment=payment, amount_cents=15_000, reason="Session 3 was poor", by=admin, at=clock.now()
    )
    send(request)

    assert set(states(enrollment, 3).values()) == {"refunded", "reversed"}
    enrollment.refresh_from_db()
    assert enrollment.status == "completed"
    ledger_balances()


def test_what_an_admin_can_not_grant():
    enrollment, admin = paid_enrollment(), ada()
    payment = payment_of(enrollment)

    def grant(cents, reason="because", by=admin):
        return grant_refund(
            payment=payment, amount_cents=cents, reason=reason, by=by, at=clock.now()
        )

    for cents in (0, -1, 45_001):
        with pytest.raises(Invalid) as refused:
            grant(cents)
        assert "amount_cents" in refused.value.fields
    with pytest.raises(Invalid):
        grant(100, reason=" ")
    with pytest.raises(Forbidden):
        grant(100, by=enrollment.teacher)
    grant(100)
    with pytest.raises(RefundOpen):
        grant(100)
    Transaction.objects.filter(pk=payment.pk).update(status="disputed")
    with pytest.raises(WrongMoment):
        grant(100)


def test_a_refund_that_our_balance_does_not_cover_waits_and_is_sent_later():
    admin = ada()
    enrollment = paid_enrollment()
    request = left(enrollment)
    approve(request, by=admin)
    empty = Rejected("You have insufficient funds.", code=NOT_COVERED)
    with faulty(create_refund=[empty, empty]):
        for _ in range(2):
            with pytest.raises(OutsideDown):
                send(request)
    request.refresh_from_db()
    assert request.status == "processing"
    told = Notification.objects.filter(user=admin, title__contains="waits for the platform")
    assert told.count() == 1

    assert send(request)
    assert refunds_there() == [45_000]
    ledger_balances()
