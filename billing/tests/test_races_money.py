"""Concurrent requests: one payout, one transfer, one refund, and a ledger that balances."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from psycopg import errors

from accounts.models import User, WebhookEvent
from billing.actions import payouts
from billing.actions.card_disputes import sync_dispute
from billing.actions.clawbacks import reverse_waiting
from billing.actions.escrow import clear_flag, flag_part, release_due
from billing.actions.payout_batches import finish_processing
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import cancel_payout, request_payout
from billing.actions.refund_sending import send_refund, sync_refunds
from billing.actions.refunds import approve_refund, cancel_enrollment
from billing.models import Hold, LocalPaymentObject, PaymentSplit, Payout, Refund, RefundRequest
from billing.providers import local_console, payments
from billing.providers import local_store as store
from billing.tests.money_stage import (
    ada,
    ask,
    earned,
    hold,
    ledger_balances,
    paid_enrollment,
    payment_of,
    rows_of,
    states,
)
from billing.tests.stage import an_event, settle
from billing.tests.test_races import send_and_work
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Refused
from peerloop.kit.retries import DatabaseBusy
from scheduling.actions.completion import complete_session
from scheduling.tests.people import a_session
from tests import threads

pytestmark = pytest.mark.django_db(transaction=True)


MOST_THREADS = 20
at_once = partial(threads.at_once, threads=MOST_THREADS, catching=())
# Races are decided by chance: each is run a few times.
again = pytest.mark.parametrize("turn", range(4))


def tried(act: Callable[[], Any]) -> Callable[[], Any]:
    """The act's result, or the code of its refusal; any other error fails the test."""

    def run() -> Any:
        try:
            return act()
        except Refused as refusal:
            return refusal.code

    return run


def whole() -> None:
    """The ledger balances, and so do the constraints that wait for a commit."""
    ledger_balances()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_twenty_requests_open_one_payout():
    tom = earned(parts=2).teacher

    results = at_once(
        [
            tried(lambda: request_payout(recipient=tom, amount_cents=None, at=clock.now()))
            for _ in range(20)
        ]
    )

    assert sum(isinstance(result, Payout) for result in results) == 1
    assert {result for result in results if isinstance(result, str)} == {"payout_open"}
    assert Payout.objects.get().amount_cents == 21_000
    whole()


def test_twenty_admins_make_one_transfer():
    payout = ask(earned().teacher)
    admins = [ada() for _ in range(4)]

    results = at_once(
        [
            tried(lambda by=by: process_payout(payout_id=payout.pk, by=by, at=clock.now()))
            for by in admins * 5
        ]
    )

    assert {type(result) for result in results} == {Payout}
    assert LocalPaymentObject.objects.filter(kind="transfer").count() == 1
    payout.refresh_from_db()
    assert payout.status == "paid"
    whole()


@again
def test_processing_and_taking_back_at_once_does_one_of_both(turn):
    enrollment = earned()
    payout, admin = ask(enrollment.teacher), ada()
    at_once(
        [
            tried(lambda: process_payout(payout_id=payout.pk, by=admin, at=clock.now())),
            tried(lambda: cancel_payout(payout_id=payout.pk, by=payout.recipient, at=clock.now())),
        ]
    )
    payout.refresh_from_db()
    made = LocalPaymentObject.objects.filter(
        kind="transfer", belongs_to=f"payout:{payout.pk}"
    ).count()
    assert (payout.status, made) in {("paid", 1), ("cancelled", 0)}
    whole()


def test_admin_sweep_and_event_settle_once():
    payout, admin = ask(earned().teacher), ada()
    process_payout(payout_id=payout.pk, by=admin, at=clock.now())
    transfer = LocalPaymentObject.objects.get(kind="transfer").data
    Payout.objects.filter(pk=payout.pk).update()
    later = clock.now() + timedelta(minutes=5)

    at_once(
        [
            lambda: finish_processing(at=later, older_than=later),
            lambda: send_and_work(an_event("transfer.created", transfer)),
            tried(lambda: process_payout(payout_id=payout.pk, by=admin, at=later)),
        ]
        * 4
    )

    assert LocalPaymentObject.objects.filter(kind="transfer").count() == 1
    whole()


def test_twenty_clicks_on_leave_ask_once():
    enrollment = paid_enrollment()

    def leave() -> Any:
        own = Enrollment.objects.get(pk=enrollment.pk)
        return cancel_enrollment(enrollment=own, by=own.student, reason="", at=clock.now())

    results = at_once([leave] * 20)

    assert len({result.pk for result in results}) == 1
    assert RefundRequest.objects.count() == 1
    whole()


def test_a_refund_is_sent_and_booked_once():
    enrollment, admin = paid_enrollment(), ada()
    request = cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="", at=clock.now()
    )
    payment = payment_of(enrollment)

    at_once(
        [
            tried(lambda: approve_refund(request=request, by=admin, at=clock.now())),
            tried(lambda: send_refund(request_id=request.pk, at=clock.now())),
            lambda: sync_refunds(payment=payment, at=clock.now()),
        ]
        * 6
    )
    send_refund(request_id=request.pk, at=clock.now())
    settle()

    assert Refund.objects.count() == 1
    assert LocalPaymentObject.objects.filter(kind="refund").count() == 1
    whole()


@again
def test_leaving_and_completing_at_once(turn):
    enrollment = paid_enrollment()
    hold(enrollment, at=clock.now() - timedelta(days=8))
    session = a_session(enrollment, start=clock.now() - timedelta(minutes=30))

    def leave(key: Any = enrollment.pk) -> Any:
        own = Enrollment.objects.get(pk=key)
        return cancel_enrollment(enrollment=own, by=own.student, reason="", at=clock.now())

    def complete(key: Any = session.pk) -> Any:
        return complete_session(session_id=key, source="admin", at=clock.now())

    at_once([tried(leave), tried(complete)])

    session.refresh_from_db()
    asked = RefundRequest.objects.get(enrollment=enrollment)
    second = states(enrollment, 2)["teaching"]
    assert (session.status, asked.policy_cents, second) in {
        ("completed", 15_000, "held"),
        ("cancelled", 30_000, "frozen"),
    }
    whole()


@again
def test_asking_releasing_and_disputing_at_once(turn):
    enrollment = earned(parts=1)
    hold(enrollment)
    payment, tom = payment_of(enrollment), enrollment.teacher
    key = local_console.open_dispute(payment.stripe_payment_intent_id)
    dispute = payments().get_dispute(key)

    at_once(
        [
            tried(lambda: request_payout(recipient=tom, amount_cents=None, at=clock.now())),
            lambda: release_due(at=clock.now() + timedelta(days=8)),
            lambda: sync_dispute(payment=payment, dispute=dispute, at=clock.now()),
        ]
        * 2
    )

    people = rows_of(enrollment).exclude(share="platform")
    assert set(people.values_list("status", flat=True)) == {"frozen"}
    assert not Payout.objects.filter(recipient=tom, status="pending").exists()
    whole()


@again
def test_a_refund_and_a_payout_of_the_same_row_at_once(turn):
    enrollment = earned(parts=2)
    payout, admin = ask(enrollment.teacher), ada()
    payment = payment_of(enrollment)
    local_console.refund(payment.stripe_payment_intent_id, 45_000)

    at_once(
        [
            tried(lambda: process_payout(payout_id=payout.pk, by=admin, at=clock.now())),
            lambda: quietly(lambda: sync_refunds(payment=payment, at=clock.now())),
        ]
    )
    sync_refunds(payment=payment, at=clock.now())
    reverse_waiting(at=clock.now())

    payout.refresh_from_db()
    tom = User.objects.get(pk=enrollment.teacher_id)
    from billing.queries import earnings_of

    assert earnings_of(tom).total_earned_cents == 0
    assert payout.status in {"paid", "cancelled"}
    whole()


def quietly(act: Callable[[], Any]) -> Any:
    """A share that is being sent right now is waited for: the next look books it."""
    from billing.actions.refund_booking import PayoutUnderWay

    try:
        return act()
    except PayoutUnderWay:
        return None


@pytest.mark.parametrize(
    "broken", [errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable]
)
def test_what_the_database_breaks_off_is_tried_once_more(broken, monkeypatch):
    tom = earned().teacher
    times = iter([True, False, True, True])
    check = payouts.check_payable

    def breaking(member: User) -> None:
        if next(times):
            raise OperationalError from broken()
        check(member)

    monkeypatch.setattr(payouts, "check_payable", breaking)
    payout = ask(tom)
    assert payout.amount_cents == 10_500
    cancel_payout(payout_id=payout.pk, by=tom, at=clock.now())

    with pytest.raises(DatabaseBusy) as refused:
        ask(tom)
    assert (refused.value.status, refused.value.code) == (409, "busy")
    whole()


def test_a_storm_of_events_in_any_order_has_one_effect():
    enrollment, lost = earned(parts=1), earned(parts=1)
    payment = payment_of(enrollment)
    local_console.refund(payment.stripe_payment_intent_id, 45_000)
    key = local_console.open_dispute(payment_of(lost).stripe_payment_intent_id)
    local_console.move_dispute(key, "lost")
    events = []
    for row in LocalPaymentObject.objects.filter(kind="event", delivered_at=None):
        events += [row.data] * 3
        events.append({**row.data, "id": f"{row.data['id']}_again"})
    dispute = store.fetch(store.Kind.DISPUTE, key).data
    events += [an_event(f"charge.dispute.{kind}", dispute) for kind in ("created", "updated")] * 2
    random.Random(3).shuffle(events)

    answers = at_once([lambda event=event: send_and_work(event) for event in events])
    settle()

    assert set(answers) == {200}
    assert Refund.objects.count() == 2
    assert payment_of(enrollment).status == "refunded"
    assert payment_of(lost).status == "dispute_lost"
    assert not WebhookEvent.objects.exclude(status__in=["done", "ignored"]).exists()
    whole()


def flagged() -> tuple[Enrollment, PaymentSplit]:
    """A part in its waiting days that the course's creator objects to."""
    enrollment = paid_enrollment()
    hold(enrollment)
    split = rows_of(enrollment, part_no=1).get(share="teaching")
    flag_part(split=split, reason="?", by=enrollment.course.creator, at=clock.now())
    return enrollment, split


def clearing(split: PaymentSplit) -> Callable[[], Any]:
    admin = ada()
    return tried(lambda: clear_flag(split=split, reason="fine", by=admin, at=clock.now()))


def syncing(enrollment: Enrollment, key: str) -> Callable[[], Any]:
    payment, found = payment_of(enrollment), payments().get_dispute(key)
    return lambda: sync_dispute(payment=payment, dispute=found, at=clock.now())


@again
def test_a_flag_that_is_cleared_while_a_dispute_opens_thaws_nothing(turn):
    enrollment, split = flagged()
    key = local_console.open_dispute(payment_of(enrollment).stripe_payment_intent_id)

    at_once([clearing(split), clearing(split), *[syncing(enrollment, key)] * 3])

    assert set(states(enrollment, 1).values()) == {"frozen"}
    assert set(Hold.objects.standing().values_list("cause", flat=True)) == {"card_dispute"}
    whole()


@again
def test_a_flag_and_a_dispute_that_end_at_once_thaw_a_part_once(turn):
    enrollment, split = flagged()
    key = local_console.open_dispute(payment_of(enrollment).stripe_payment_intent_id)
    syncing(enrollment, key)()
    local_console.move_dispute(key, "won")

    at_once([clearing(split), clearing(split), *[syncing(enrollment, key)] * 3])

    assert set(states(enrollment, 1).values()) == {"held"}
    assert not Hold.objects.standing().exists()
    assert split.events.filter(from_status="frozen").count() == 1
    whole()
