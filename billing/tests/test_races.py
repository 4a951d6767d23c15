"""Many at once, on the real database with real threads: one effect, no error."""

import random
from functools import partial
from typing import Any

import pytest

from accounts.incoming.inbox import process
from accounts.models import Email, User, WebhookEvent
from billing.actions.accounts import open_account
from billing.actions.checkout import start_checkout
from billing.models import (
    CheckoutSession,
    LocalPaymentObject,
    PaymentSplit,
    RefundRequest,
    Transaction,
)
from billing.providers import local_page
from billing.tests.stage import a_checkout, an_event, fulfil, send, session_data, settle
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Refused
from tests import threads
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8
at_once = partial(threads.at_once, threads=WRITERS, catching=())


def send_and_work(event: dict[str, Any]) -> int:
    """Post an event and work it at once, as the task would."""
    status = send(event).status_code
    process(event_id=WebhookEvent.objects.get(event_id=event["id"]).pk, at=clock.now())
    return int(status)


def test_twenty_payment_events_make_one_enrollment_and_one_set_of_splits():
    course = a_course(modules=4)
    checkout = a_checkout(a_member(), course, a_teacher(course).user)
    once = an_event("checkout.session.completed", session_data(checkout))
    payment = an_event(
        "payment_intent.succeeded",
        {
            "id": f"pi_{checkout.pk.hex}",
            "status": "succeeded",
            "amount": 45_000,
            "currency": "usd",
            "latest_charge": "ch_race",
            "metadata": {"checkout_id": str(checkout.pk)},
        },
    )
    others = [{**once, "id": f"evt_race_{number}"} for number in range(8)]
    events = [*[once] * 8, *others, *[payment] * 8]
    random.Random(7).shuffle(events)

    answers = at_once([lambda event=event: send_and_work(event) for event in events])
    settle()

    assert set(answers) == {200}
    enrollment = Enrollment.objects.get(course=course)
    paid = Transaction.objects.get(enrollment=enrollment)
    rows = PaymentSplit.objects.filter(transaction=paid)
    assert rows.count() == 12
    assert sum(row.amount_cents for row in rows) == 45_000
    assert Email.objects.filter(template="payment-receipt", user=checkout.student).count() == 1
    assert not WebhookEvent.objects.filter(status="failed").exists()


def test_event_success_page_and_sweep_at_once():
    course = a_course()
    checkout = a_checkout(a_member(), course, a_teacher(course).user)

    results = at_once([lambda: fulfil(checkout)] * WRITERS)

    assert {type(result) for result in results} == {Transaction}
    assert Enrollment.objects.count() == Transaction.objects.count() == 1
    assert PaymentSplit.objects.count() == 9


def test_two_pages_paid_at_once_enroll_once_and_refund_once():
    course = a_course()
    a_teacher(course)
    sam = a_member()
    first = a_checkout(sam, course)
    CheckoutSession.objects.filter(pk=first.pk).update(status="expired")
    second = a_checkout(sam, course)
    first.refresh_from_db()

    results = at_once([lambda: fulfil(first), lambda: fulfil(second)] * 4)

    assert {type(result) for result in results} == {Transaction}
    assert Enrollment.objects.count() == 1
    assert Transaction.objects.count() == 2
    assert RefundRequest.objects.filter(policy="duplicate").count() == 1
    statuses = set(CheckoutSession.objects.values_list("status", flat=True))
    assert statuses == {"paid", "refunded_duplicate"}


def test_a_double_click_opens_one_page():
    course = a_course()
    tom, sam = a_teacher(course).user, a_member()

    def click() -> str:
        found = start_checkout(
            student=User.objects.get(pk=sam.pk), course=course, teacher=tom, at=clock.now()
        )
        return found.url

    urls = at_once([click] * WRITERS)

    assert len(set(urls)) == 1
    assert urls[0].startswith("http")
    assert CheckoutSession.objects.count() == 1
    assert LocalPaymentObject.objects.filter(kind="checkout").count() == 1


def test_requests_for_many_teachers_at_once_leave_one_page_to_pay_on():
    course = a_course()
    teachers = [a_teacher(course).user for _ in range(WRITERS)]
    sam = a_member()

    def click(teacher: User) -> str:
        member = User.objects.get(pk=sam.pk)
        try:
            return start_checkout(
                student=member, course=course, teacher=teacher, at=clock.now()
            ).url
        except Refused as refused:
            return refused.code

    at_once([partial(click, teacher) for teacher in teachers])

    pages = LocalPaymentObject.objects.filter(kind="checkout", data__status="open")
    open_row = CheckoutSession.objects.get(status="open")
    assert [page.object_id for page in pages] == [open_row.stripe_session_id]


def test_many_clicks_open_one_payout_account():
    tom = a_teacher(a_course()).user

    results = at_once([lambda: open_account(user=tom, at=clock.now())] * WRITERS)

    assert len({result.stripe_account_id for result in results}) == 1
    assert LocalPaymentObject.objects.filter(kind="account").count() == 1


def test_many_clicks_on_pay_take_the_money_once():
    course = a_course()
    checkout = a_checkout(a_member(), course, a_teacher(course).user)

    at_once([lambda: local_page.pay(checkout.stripe_session_id)] * WRITERS)

    assert LocalPaymentObject.objects.filter(kind="charge").count() == 1
