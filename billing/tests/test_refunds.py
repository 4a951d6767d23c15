"""Refunds: approved, sent once, booked once, in whole parts (rules REF-6 to REF-9)."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Email, Notification, WebhookEvent
from billing.actions.reconciling import refund_leftovers
from billing.actions.refund_booking import PayoutUnderWay, book_refund
from billing.actions.refund_deciding import (
    RefundOpen,
    approve_overdue,
    approve_refund,
    grant_refund,
)
from billing.actions.refund_failures import outstanding_cents
from billing.actions.refund_processing import (
    send_again,
    send_approved,
    send_refund,
    sync_refunds,
)
from billing.actions.refunds import cancel_enrollment, due_cents
from billing.models import (
    BalanceAdjustment,
    LocalPaymentObject,
    Refund,
    RefundFailure,
    RefundRequest,
    Transaction,
)
from billing.providers import local_console
from billing.providers.base import ANSWERED, Rejected, Unavailable
from billing.queries import earnings_of
from billing.tests.money_stage import (
    LostAnswer,
    ada,
    ask,
    books_agree,
    earned,
    faulty,
    hold,
    paid_enrollment,
    payment_of,
    rows_of,
    states,
)
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, OutsideDown, WrongMoment

pytestmark = pytest.mark.django_db
SILENCE = Unavailable("no answer")
BROKEN = Unavailable("error", code=ANSWERED)


def left(enrollment):
    return cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="", at=clock.now()
    )


def approve(request, by=None, **named):
    return approve_refund(request=request, by=by or ada(), at=clock.now(), **named)


def send(request):
    return send_refund(request_id=request.pk, at=clock.now())


def at_provider():
    rows = LocalPaymentObject.objects.filter(kind="refund").order_by("created_at", "pk")
    return [row.data["amount"] for row in rows]


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
    assert at_provider() == [45_000]
    assert Email.objects.filter(template="refund-processed", user=payment.payer).count() == 1
    assert AuditEntry.objects.filter(action="refund.approve", actor=admin).count() == 1
    books_agree()


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
    books_agree()


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
    assert at_provider() == [45_000]
    books_agree()


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
    books_agree()


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


def test_a_refusal_is_told_and_can_be_tried_again_under_another_key():
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
    books_agree()


def test_a_stored_error_without_a_refund_takes_another_key():
    request = left(paid_enrollment())
    approve(request)
    with faulty(create_refund=[BROKEN]), pytest.raises(OutsideDown):
        send(request)
    assert send_approved(at=clock.now()) == 1
    request.refresh_from_db()
    assert (request.attempt, len(at_provider())) == (2, 1)


def test_a_stored_error_with_the_refund_behind_it_is_found():
    request = left(paid_enrollment())
    approve(request)
    with faulty(create_refund=[LostAnswer(BROKEN)]):
        assert send(request)
    assert at_provider() == [45_000]


def test_one_silent_refund_does_not_keep_the_others_waiting():
    requests = [left(paid_enrollment()) for _ in range(2)]
    for request in requests:
        approve(request)
    with faulty(create_refund=[SILENCE]):
        assert send_approved(at=clock.now()) == 1
    assert send_approved(at=clock.now()) == 1
    books_agree()


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
    books_agree()

    # What was carried is given back to the platform once a whole part fits.
    local_console.refund(payment.stripe_payment_intent_id, 10_000)
    settle()
    assert set(states(enrollment, 2).values()) == {"refunded"}
    amounts = BalanceAdjustment.objects.order_by("created_at").values_list(
        "amount_cents", flat=True
    )
    assert list(amounts) == [-5_000, 5_000]
    books_agree()


def test_a_full_refund_of_the_console_ends_the_enrollment():
    enrollment = paid_enrollment()
    hold(enrollment)
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 45_000)
    settle()
    enrollment.refresh_from_db()
    assert enrollment.status == "cancelled"
    assert set(rows_of(enrollment).values_list("status", flat=True)) == {"refunded"}
    books_agree()


def test_the_rest_of_a_payment_after_a_crooked_refund():
    enrollment = paid_enrollment()
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 100)
    settle()
    request = left(enrollment)
    approve(request)
    send(request)

    payment = payment_of(enrollment)
    assert (payment.status, at_provider()) == ("refunded", [100, 44_900])
    assert set(rows_of(enrollment).values_list("status", flat=True)) == {"refunded"}
    assert sum(BalanceAdjustment.objects.values_list("amount_cents", flat=True)) == 0
    books_agree()


def test_a_pending_payout_gives_way_to_a_refund_of_its_row():
    enrollment = earned(parts=1)
    payout = ask(enrollment.teacher)
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 45_000)
    settle()
    payout.refresh_from_db()
    assert payout.status == "cancelled"
    assert states(enrollment, 1)["teaching"] == "refunded"
    assert Notification.objects.filter(user=enrollment.teacher, title__contains="cancelled")
    books_agree()


def test_a_row_that_is_being_sent_is_waited_for():
    from billing.actions.payout_processing import finish_processing, process_payout

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
    books_agree()


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
    books_agree()


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


def failed_refund():
    enrollment = paid_enrollment()
    request = left(enrollment)
    approve(request)
    send(request)
    settle()
    local_console.fail_refund(Refund.objects.get().stripe_refund_id)
    settle()
    return enrollment, payment_of(enrollment)


def test_a_refund_that_came_back_is_told_and_sent_again_once():
    admin = ada()
    enrollment, payment = failed_refund()
    failure = RefundFailure.objects.get()
    assert (failure.transaction, failure.amount_cents) == (payment, 45_000)
    assert Notification.objects.filter(user=admin, title__contains="came back").count() == 1
    with pytest.raises(Forbidden):
        send_again(failure=failure, by=enrollment.student, at=clock.now())

    assert send_again(failure=failure, by=admin, at=clock.now())
    assert not send_again(failure=failure, by=admin, at=clock.now())
    settle()
    sync_refunds(payment=payment, at=clock.now())

    assert Refund.objects.count() == 1
    assert at_provider() == [45_000, 45_000]
    assert outstanding_cents(payment) == 0
    books_agree()


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


def test_replacements_of_the_console_are_counted_by_amount():
    _, payment = failed_refund()
    for cents, owed in ((20_000, 25_000), (25_000, 0)):
        local_console.refund(payment.stripe_payment_intent_id, cents)
        settle()
        assert outstanding_cents(payment) == owed
    assert Refund.objects.count() == 1
    assert not WebhookEvent.objects.filter(status="new").exists()
    books_agree()


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
    books_agree()


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
    books_agree()


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
    books_agree()


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
    books_agree()


def test_a_refund_leaves_no_money_to_ask_for():
    enrollment = earned(parts=2)
    before = earnings_of(enrollment.teacher)
    local_console.refund(payment_of(enrollment).stripe_payment_intent_id, 45_000)
    settle()
    after = earnings_of(enrollment.teacher)
    assert before.available_cents == 21_000
    assert (after.available_cents, after.total_earned_cents, after.upcoming_cents) == (0, 0, 0)
