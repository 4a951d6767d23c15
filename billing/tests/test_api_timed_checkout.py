"""A checkout over the API with a time: held for the member, booked by the payment (HOLD-1, 2)."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Notification
from billing.actions.settling import settle_checkout
from billing.models import CheckoutSession
from billing.providers import local_page
from learning.models import Enrollment
from peerloop.kit import clock
from scheduling.models import Session, SlotHold
from scheduling.tests.people import MONDAY_TEN, NOW, open_hours
from tests.cast import a_course, a_member, a_teacher, api

pytestmark = pytest.mark.django_db
START = "2026-05-04T10:00:00Z"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


@pytest.fixture
def tom():
    right = a_teacher(a_course())
    open_hours(right.user)
    return right


def ask(member, tom, **body):
    given = {"student_teacher_id": str(tom.user_id), "scheduled_start": START} | body
    return api(member).post(f"/api/v1/courses/{tom.course_id}/enroll", given, format="json")


def pay():
    checkout = CheckoutSession.objects.get(status="open")
    local_page.pay(checkout.stripe_session_id)
    return settle_checkout(checkout=checkout, at=clock.now())


def test_the_payment_books_the_time_that_was_held(tom):
    sam = a_member()
    assert ask(sam, tom).status_code == 200
    hold = SlotHold.objects.get()
    assert (hold.holder, hold.starts_at, hold.teacher) == (sam, MONDAY_TEN, tom.user)

    pay()

    session = Session.objects.get()
    assert (session.student, session.scheduled_start) == (sam, MONDAY_TEN)
    assert not SlotHold.objects.exists()


def test_asked_twice_it_is_one_hold_and_one_page(tom):
    sam = a_member()
    assert ask(sam, tom).json() == ask(sam, tom).json()
    assert SlotHold.objects.count() == 1


def test_what_another_holds_is_a_conflict_and_opens_no_page(tom):
    ask(a_member("Olga"), tom)
    answer = ask(a_member(), tom)
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert CheckoutSession.objects.count() == 1


def test_a_payment_that_comes_too_late_enrolls_without_the_time(tom, now):
    sam = a_member()
    ask(sam, tom)
    first = CheckoutSession.objects.get()
    now.shift(timedelta(minutes=11))
    olga = a_member("Olga")
    assert ask(olga, tom).status_code == 200
    local_page.pay(CheckoutSession.objects.get(student=olga).stripe_session_id)
    settle_checkout(checkout=CheckoutSession.objects.get(student=olga), at=clock.now())

    local_page.pay(first.stripe_session_id)
    settle_checkout(checkout=first, at=clock.now())

    assert Enrollment.objects.filter(student=sam).exists()
    assert [session.student for session in Session.objects.all()] == [olga]
    assert Notification.objects.filter(user=sam).exists()


def test_over_the_limit_nothing_is_held_and_the_page_opens_all_the_same(tom, settings):
    settings.SIGN_IN_LIMITS = True
    sam = a_member()
    for hour in range(3):
        assert ask(sam, tom, scheduled_start=f"2026-05-05T1{hour}:00:00Z").status_code == 200
    assert ask(sam, tom).status_code == 200
    assert SlotHold.objects.get().starts_at != MONDAY_TEN
    assert CheckoutSession.objects.get(status="open").starts_at == MONDAY_TEN


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"student_teacher_id": None}, "scheduled_start"),
        ({"scheduled_start": "2026-05-04T10:00:00"}, "scheduled_start"),
        ({"scheduled_start": "2026-05-04T20:00:00Z"}, "scheduled_start"),
        ({"scheduled_start": "2026-05-04T10:10:00Z"}, "scheduled_start"),
        ({"scheduled_start": "2099-05-04T10:00:00Z"}, "scheduled_start"),
        ({"scheduled_start": "2020-05-04T10:00:00Z"}, "scheduled_start"),
    ],
)
def test_a_time_that_is_none_is_refused_by_name(tom, body, field):
    answer = ask(a_member(), tom, **body)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert not CheckoutSession.objects.exists()
