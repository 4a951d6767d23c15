"""The time chosen before paying is booked with the payment, or offered anew (rule HOLD-2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import Email, Notification
from billing.actions.checkout import start_checkout
from billing.models import CheckoutSession, LocalPaymentObject, PaymentSplit, Transaction
from billing.tests.stage import fulfil, pay
from learning.models import Enrollment
from scheduling.actions.booking import book_session
from scheduling.actions.holding import Visitor, hold_time
from scheduling.models import Session, SlotHold
from scheduling.tests.people import MONDAY_TEN, NOW, broken, open_hours
from tests import threads
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return a_course()


@pytest.fixture
def tom(course):
    row = a_teacher(course)
    open_hours(row.user)
    return row


@pytest.fixture
def sam():
    return a_member()


def a_choice(sam, row, *, start=MONDAY_TEN, is_held=True, at=NOW) -> CheckoutSession:
    """Sam chose a time, and is on the payment page."""
    course, teacher = row.course, row.user
    with time_machine.travel(at, tick=False):
        if is_held:
            visitor = Visitor(uuid4(), sam)
            hold_time(visitor=visitor, course=course, teacher=teacher, start=start, at=at)
        return start_checkout(student=sam, course=course, teacher=teacher, start=start, at=at)


def paid(checkout, *, after=timedelta(minutes=5)):
    with time_machine.travel(NOW + after, tick=False):
        return fulfil(checkout)


def somebody_books(row, *, start=MONDAY_TEN, at):
    other = an_enrollment(a_member("Olga Other"), row.course, row)
    return book_session(enrollment=other, teacher=row.user, start=start, by=other.student, at=at)


def test_paying_in_time_books_the_session_with_the_enrollment(tom, sam):
    payment = paid(a_choice(sam, tom))

    session = Session.objects.get()
    assert session.enrollment == payment.enrollment
    assert (session.teacher, session.student) == (tom.user, sam)
    assert session.scheduled_start == MONDAY_TEN
    assert not SlotHold.objects.exists()
    assert Email.objects.filter(template="session-booked").count() == 2
    assert (
        "Your first session:"
        in Notification.objects.get(user=sam, title__startswith="You are enrolled").body
    )


def test_the_event_that_comes_three_times_books_once(tom, sam):
    checkout = a_choice(sam, tom)
    for minutes in (1, 2, 30):
        paid(checkout, after=timedelta(minutes=minutes))
    assert Session.objects.count() == 1
    assert Transaction.objects.count() == 1


def test_the_provider_s_events_book_the_time(tom, sam):
    with time_machine.travel(NOW, tick=False):
        pay(a_choice(sam, tom))
    assert Session.objects.get().scheduled_start == MONDAY_TEN


def test_paying_late_books_what_is_still_free(tom, sam):
    paid(a_choice(sam, tom), after=timedelta(hours=3))
    assert Session.objects.get().student == sam


def test_a_time_that_was_never_held_is_booked_if_it_is_free(tom, sam):
    paid(a_choice(sam, tom, is_held=False))
    assert Session.objects.get().student == sam


def test_what_was_held_in_time_keeps_the_notice_of_the_choice(tom, sam):
    start = NOW + timedelta(hours=2)
    paid(a_choice(sam, tom, start=start), after=timedelta(minutes=9))
    assert Session.objects.get().scheduled_start == start


def test_a_hold_that_ends_while_paying_loses_the_time_and_nothing_else(tom, sam):
    checkout = a_choice(sam, tom)
    somebody_books(tom, at=NOW + timedelta(minutes=11))

    payment = paid(checkout, after=timedelta(minutes=12))

    enrollment = Enrollment.objects.get(student=sam)
    assert payment.enrollment == enrollment
    assert enrollment.teacher == tom.user
    assert checkout.__class__.objects.get(pk=checkout.pk).status == "paid"
    assert PaymentSplit.objects.filter(transaction=payment).count() == 9
    assert not Session.objects.filter(student=sam).exists()
    assert broken("I10") == []


def test_both_are_told_and_the_nearest_times_are_offered(tom, sam):
    checkout = a_choice(sam, tom)
    somebody_books(tom, at=NOW + timedelta(minutes=11))
    paid(checkout, after=timedelta(minutes=12))

    mail = Email.objects.get(template="time-taken", to=sam.email)
    assert "Mon 4 May, 10:00" in mail.context["starts"]
    # The session takes 10:00 to 11:00, with a pause of 15 minutes on both sides.
    assert "Sun 3 May, 17:00" in mail.context["nearest"] or "Mon 4 May" in mail.context["nearest"]
    assert "Mon 4 May, 11:30" in mail.context["nearest"]
    told = Notification.objects.get(user=tom.user, title__contains="wanted")
    assert sam.name in told.title


def test_nobody_is_told_twice(tom, sam):
    checkout = a_choice(sam, tom)
    somebody_books(tom, at=NOW + timedelta(minutes=11))
    for minutes in (12, 13):
        paid(checkout, after=timedelta(minutes=minutes))
    assert Email.objects.filter(template="time-taken").count() == 1


def test_a_time_that_somebody_else_holds_by_now_is_lost(tom, sam):
    checkout = a_choice(sam, tom)
    later = NOW + timedelta(minutes=11)
    hold_time(
        visitor=Visitor(uuid4()), course=tom.course, teacher=tom.user, start=MONDAY_TEN, at=later
    )
    paid(checkout, after=timedelta(minutes=12))
    assert not Session.objects.exists()
    assert SlotHold.objects.count() == 1


def test_a_teacher_who_paused_meanwhile_is_not_booked(tom, sam):
    checkout = a_choice(sam, tom)
    tom.teaching_active = False
    tom.save()

    payment = paid(checkout)

    assert payment.enrollment.teacher is None
    assert not Session.objects.exists()
    assert Email.objects.filter(template="time-taken", to=sam.email).exists()


def test_the_same_time_in_two_tabs_is_one_payment_page(tom, sam):
    first, second = a_choice(sam, tom), a_choice(sam, tom, at=NOW + timedelta(minutes=1))
    assert (first.pk, first.url) == (second.pk, second.url)


def test_another_time_closes_the_page_of_the_first(tom, sam):
    first = a_choice(sam, tom)
    second = a_choice(sam, tom, start=MONDAY_TEN + timedelta(hours=3))

    first.refresh_from_db()
    assert (first.status, second.status) == ("expired", "open")
    assert second.starts_at == MONDAY_TEN + timedelta(hours=3)


def test_the_payment_page_leads_back_to_all_that_was_chosen(tom, sam):
    a_choice(sam, tom)
    page = LocalPaymentObject.objects.get(kind="checkout")
    assert f"/enroll?teacher={tom.user.pk}&start=2026-05-04T10" in page.data["cancel_url"]


@pytest.mark.django_db(transaction=True)
def test_events_success_page_and_sweep_at_once_book_one_session(tom, sam):
    checkout = a_choice(sam, tom)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        answers = threads.at_once([lambda: fulfil(checkout)] * 6)
    assert {answer.pk for answer in answers} == {Transaction.objects.get().pk}
    assert Session.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_students_pay_for_one_time_at_once_and_one_gets_it(tom, sam):
    """Neither holds it any more: both are enrolled, one is booked, the other is told."""
    olga = a_member("Olga Other")
    checkouts = [a_choice(one, tom, is_held=False) for one in (sam, olga)]
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        threads.at_once([lambda row=row: fulfil(row) for row in checkouts], catching=())

    assert Enrollment.objects.count() == 2
    assert Session.objects.count() == 1
    assert Email.objects.filter(template="time-taken").count() == 1
    assert broken("I10") == []
