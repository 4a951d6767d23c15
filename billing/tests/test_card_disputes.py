"""Card disputes: everything is frozen, then goes back or on (rules DISP-1, DISP-2)."""

import itertools
from datetime import timedelta

import pytest

from accounts.incoming.inbox import process_due
from accounts.models import Email, Notification, WebhookEvent
from billing.actions.clawbacks import reverse_waiting
from billing.actions.payout_batches import finish_processing
from billing.actions.payout_processing import fail_payout, process_payout
from billing.actions.refund_sending import send_approved
from billing.actions.refunds import approve_refund, cancel_enrollment, refund_leftovers
from billing.models import CardDispute, Refund, RefundRequest
from billing.providers import local_console, payments
from billing.providers import local_store as store
from billing.providers.base import Unavailable
from billing.queries import earnings_of
from billing.tests.money_stage import (
    ada,
    ask,
    decide,
    dispute,
    earned,
    faulty,
    hold,
    ledger_balances,
    paid_enrollment,
    paid_out,
    payment_of,
    rows_of,
    stand,
    states,
)
from billing.tests.stage import a_checkout, an_event, outcome, settle
from peerloop.kit import clock
from peerloop.kit.refusals import OutsideDown
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db
SILENCE = Unavailable("no answer")


def test_everything_is_frozen_while_it_is_open():
    enrollment, admin = earned(parts=1), ada()
    payout = ask(enrollment.teacher)
    ahead = a_session(enrollment, start=clock.now())

    dispute(enrollment)
    settle()

    assert stand(enrollment) == ("disputed", "disputed")
    assert states(enrollment, 1) == {
        "platform": "retained",
        "royalty": "frozen",
        "teaching": "frozen",
    }
    assert set(states(enrollment, 2).values()) == {"frozen"}
    payout.refresh_from_db()
    assert payout.status == "cancelled"
    ahead.refresh_from_db()
    assert ahead.status == "scheduled"
    assert Email.objects.filter(template="dispute-opened", user=admin).count() == 1
    ledger_balances()


def test_won_puts_everything_back():
    enrollment = earned(parts=1)
    hold(enrollment)
    before = {row.pk: row.status for row in rows_of(enrollment)}
    key = dispute(enrollment)
    settle()
    decide(key, "under_review")
    assert stand(enrollment) == ("disputed", "disputed")

    decide(key, "won")

    assert stand(enrollment) == ("paid", "in_progress")
    assert {row.pk: row.status for row in rows_of(enrollment)} == before
    assert CardDispute.objects.get().closed_at is not None
    assert Email.objects.filter(template="dispute-closed").count() == 0  # nobody administers
    ledger_balances()


def test_lost_ends_the_enrollment_and_takes_the_shares_back():
    enrollment, admin = earned(parts=2), ada()
    tom = enrollment.teacher
    paid_out(tom)
    key = dispute(enrollment)
    settle()

    decide(key, "lost")

    assert stand(enrollment) == ("dispute_lost", "cancelled")
    assert states(enrollment, 1) == {
        "platform": "reversed",
        "royalty": "refunded",
        "teaching": "reversed",
    }
    assert set(states(enrollment, 3).values()) == {"refunded"}
    refund = Refund.objects.get()
    assert (refund.origin, refund.amount_cents, refund.stripe_refund_id) == ("dispute", 45_000, key)
    reverse_waiting(at=clock.now())
    assert earnings_of(tom).total_earned_cents == 0
    assert Email.objects.filter(template="dispute-closed", user=admin).count() == 1
    assert not Email.objects.filter(template="refund-processed").exists()
    ledger_balances()


def test_any_order_and_number_of_events_ends_the_same():
    for order in itertools.permutations(["created", "updated", "closed"]):
        enrollment = earned(parts=1)
        key = dispute(enrollment)
        local_console.move_dispute(key, "lost")
        data = store.fetch(store.Kind.DISPUTE, key).data
        for kind in (*order, *order):
            assert outcome(an_event(f"charge.dispute.{kind}", data)) == "done"
        assert stand(enrollment) == ("dispute_lost", "cancelled")
    assert Refund.objects.count() == 6
    ledger_balances()


def test_an_old_snapshot_does_not_count():
    enrollment = paid_enrollment()
    key = dispute(enrollment)
    opened = dict(store.fetch(store.Kind.DISPUTE, key).data)
    settle()
    decide(key, "won")
    assert outcome(an_event("charge.dispute.created", opened)) == "done"
    assert stand(enrollment) == ("paid", "enrolled")


def test_an_inquiry_freezes_nothing_until_money_is_taken():
    enrollment, admin = earned(parts=1), ada()
    key = dispute(enrollment, status="warning_needs_response")
    settle()
    assert stand(enrollment) == ("paid", "in_progress")
    assert Notification.objects.filter(user=admin, title__startswith="A bank asks").count() == 1

    decide(key, "needs_response")
    assert stand(enrollment) == ("disputed", "disputed")
    decide(key, "won")
    assert stand(enrollment) == ("paid", "in_progress")


def test_an_inquiry_that_ends_changes_nothing():
    enrollment = paid_enrollment()
    key = dispute(enrollment, status="warning_needs_response")
    settle()
    decide(key, "warning_closed")
    assert stand(enrollment) == ("paid", "enrolled")
    assert CardDispute.objects.get().closed_at is not None


def test_a_session_held_meanwhile_is_earned_when_it_is_won():
    enrollment = paid_enrollment()
    key = dispute(enrollment)
    settle()
    hold(enrollment)
    assert set(states(enrollment, 1).values()) == {"frozen"}
    decide(key, "won")
    assert set(states(enrollment, 1).values()) == {"held"}
    assert rows_of(enrollment, part_no=1).get(share="teaching").recipient == enrollment.teacher
    ledger_balances()


def test_two_disputes_of_one_payment():
    enrollment = paid_enrollment()
    first = dispute(enrollment, amount_cents=15_000)
    second = dispute(enrollment, amount_cents=15_000)
    settle()
    decide(first, "won")
    assert stand(enrollment) == ("disputed", "disputed")
    decide(second, "won")
    assert stand(enrollment) == ("paid", "enrolled")


def test_a_part_of_the_payment_lost_leaves_what_was_taught():
    enrollment = earned(parts=1)
    key = dispute(enrollment, amount_cents=15_000)
    settle()
    decide(key, "lost")

    assert stand(enrollment) == ("dispute_lost", "cancelled")
    assert set(states(enrollment, 3).values()) == {"refunded"}
    assert set(states(enrollment, 2).values()) == {"held"}
    assert states(enrollment, 1)["teaching"] == "releasable"
    ledger_balances()


def test_after_a_part_was_lost_the_student_is_promised_nothing_that_can_not_be_sent():
    admin = ada()
    enrollment = earned(parts=1)
    key = dispute(enrollment, amount_cents=15_000)
    settle()
    decide(key, "lost")
    before = Notification.objects.filter(user=enrollment.student).count()

    assert [refund_leftovers(at=clock.now()) for _ in range(3)] == [0, 0, 0]

    assert not RefundRequest.objects.exists()
    assert Notification.objects.filter(user=enrollment.student).count() == before
    told = Notification.objects.get(user=admin, title__contains="can't send")
    assert "$150.00" in told.title
    ledger_balances()


def test_a_refused_refund_is_withdrawn_when_the_dispute_is_lost():
    enrollment = paid_enrollment()
    request = cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="", at=clock.now()
    )
    approve_refund(request=request, by=ada(), at=clock.now())
    RefundRequest.objects.update(status="processing")
    RefundRequest.objects.update(status="failed")
    key = dispute(enrollment)
    settle()
    decide(key, "lost")
    assert RefundRequest.objects.get().status == "withdrawn"
    ledger_balances()


def test_a_refund_that_was_asked_for_waits_and_goes_out_when_it_is_won():
    enrollment = paid_enrollment()
    request = cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="", at=clock.now()
    )
    key = dispute(enrollment)
    settle()
    approve_refund(request=request, by=ada(), at=clock.now())
    assert send_approved(at=clock.now()) == 0

    decide(key, "won")
    assert set(rows_of(enrollment).values_list("status", flat=True)) == {"frozen"}
    assert send_approved(at=clock.now()) == 1
    assert stand(enrollment) == ("refunded", "cancelled")
    ledger_balances()


def test_a_refund_that_was_asked_for_is_withdrawn_when_it_is_lost():
    enrollment = paid_enrollment()
    cancel_enrollment(enrollment=enrollment, by=enrollment.student, reason="", at=clock.now())
    key = dispute(enrollment)
    settle()
    decide(key, "lost")
    assert RefundRequest.objects.get().status == "withdrawn"
    assert send_approved(at=clock.now()) == 0
    assert payment_of(enrollment).refunded_cents == 45_000
    ledger_balances()


def in_flight(enrollment):
    payout = ask(enrollment.teacher)
    with faulty(create_transfer=[SILENCE]), pytest.raises(OutsideDown):
        process_payout(payout_id=payout.pk, by=ada(), at=clock.now())
    return payout


def test_a_share_that_is_being_sent_is_waited_for():
    enrollment = earned(parts=1)
    payout = in_flight(enrollment)
    key = dispute(enrollment)
    local_console.move_dispute(key, "lost")
    settle()
    assert stand(enrollment) == ("disputed", "disputed")
    assert set(states(enrollment, 2).values()) == {"frozen"}
    assert WebhookEvent.objects.filter(kind__startswith="charge.dispute", status="new").exists()

    later = clock.now()
    finish_processing(at=later, older_than=later)
    process_due(at=later + timedelta(days=3))

    payout.refresh_from_db()
    assert payout.status == "paid"
    assert stand(enrollment) == ("dispute_lost", "cancelled")
    assert states(enrollment, 1)["teaching"] == "reversed"
    ledger_balances()


def test_a_payout_that_fails_meanwhile_gives_its_rows_back_frozen():
    enrollment = earned(parts=1)
    payout = in_flight(enrollment)
    key = dispute(enrollment)
    settle()
    assert states(enrollment, 1)["teaching"] == "queued"

    fail_payout(payout_id=payout.pk, reason="no", at=clock.now())

    assert states(enrollment, 1)["teaching"] == "frozen"
    decide(key, "won")
    assert states(enrollment, 1)["teaching"] == "releasable"
    ledger_balances()


def test_won_after_the_course_was_bought_again_ends_the_old_enrollment():
    enrollment = paid_enrollment()
    course, sam = enrollment.course, enrollment.student
    key = dispute(enrollment)
    settle()
    again = paid_enrollment(
        course=course, teacher=a_teacher(course, name="Tina Teacher"), student=sam
    )
    decide(key, "won")
    assert stand(enrollment) == ("paid", "cancelled")
    assert stand(again) == ("paid", "enrolled")
    assert refund_leftovers(at=clock.now()) == 1
    assert RefundRequest.objects.get().policy_cents == 45_000


def test_a_dispute_whose_event_comes_before_that_of_its_payment():
    course = a_course()
    a_teacher(course)
    checkout = a_checkout(a_member(), course)
    from billing.providers import local_page

    local_page.pay(checkout.stripe_session_id)
    page = payments().get_checkout_session(checkout.stripe_session_id)
    key = local_console.open_dispute(page.payment_id)
    data = store.fetch(store.Kind.DISPUTE, key).data
    assert outcome(an_event("charge.dispute.created", data)) == "done"
    assert CardDispute.objects.get().transaction.status == "disputed"


def test_a_dispute_of_an_unknown_payment_is_ignored():
    data = {
        "id": store.new_id(store.Kind.DISPUTE),
        "object": "dispute",
        "amount": 5,
        "currency": "usd",
        "charge": "ch_1",
        "payment_intent": None,
        "status": "lost",
    }
    store.keep(store.Kind.DISPUTE, data)
    assert outcome(an_event("charge.dispute.closed", data)) == "ignored"
