"""A payment becomes an enrollment, a transaction and splits, exactly once."""

import pytest

from accounts.models import Email, Notification
from billing.actions.fulfilment import UnknownCheckout, WrongAmount
from billing.actions.refund_sending import send_approved
from billing.models import CheckoutSession, PaymentSplit, RefundRequest, SplitEvent, Transaction
from billing.money import shares, spread
from billing.tests.stage import a_checkout, a_payment, fulfil, pay
from catalog.models import CourseFollow
from learning.models import Enrollment
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return a_course(modules=4)


@pytest.fixture
def tom(course):
    return a_teacher(course).user


@pytest.fixture
def sam():
    return a_member()


def test_paying_enrolls_with_the_chosen_teacher(course, tom, sam):
    payment = a_payment(sam, course, tom)

    enrollment = Enrollment.objects.get(student=sam)
    assert payment.enrollment == enrollment
    assert (enrollment.teacher, enrollment.modules_paid) == (tom, 4)
    assert (payment.amount_cents, payment.currency, payment.status) == (45_000, "usd", "paid")
    assert payment.stripe_payment_intent_id.startswith("pi_")
    assert payment.stripe_charge_id.startswith("ch_")
    assert CourseFollow.objects.filter(user=sam, course=course).exists()


def test_the_payment_is_split_into_three_rows_a_module(course, tom, sam):
    payment = a_payment(sam, course, tom)

    split = shares(45_000)
    for share, whole, recipient in (
        ("platform", split.platform, None),
        ("royalty", split.royalty, course.creator),
        ("teaching", split.teaching, None),
    ):
        rows = payment.splits.filter(share=share).order_by("part_no")
        assert [row.amount_cents for row in rows] == spread(whole, 4)
        assert {row.recipient for row in rows} == {recipient}
        assert {row.status for row in rows} == {"held"}
    assert SplitEvent.objects.filter(split__transaction=payment, to_status="held").count() == 12


def test_receipt_confirmation_and_news_go_out_once(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    for _ in range(3):
        fulfil(checkout)

    sent = sorted(Email.objects.values_list("template", "to"))
    assert sent == sorted(
        [
            ("payment-receipt", sam.email),
            ("enrollment-confirmed", sam.email),
            ("new-student", tom.email),
            ("new-student", course.creator.email),
        ]
    )
    assert Notification.objects.filter(kind="enrollment").count() == 3


def test_price_and_modules_are_those_of_the_checkout(course, tom, sam):
    checkout = a_checkout(sam, course)
    course.price_cents = 90_000
    course.save()
    course.modules.filter(module_order=4).update(archived_at=clock.now(), module_order=None)

    payment = fulfil(checkout)

    assert payment.amount_cents == 45_000
    assert payment.enrollment.modules_paid == 4


def test_a_teacher_who_paused_meanwhile_is_left_out(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    another = a_teacher(course, name="Tina Teacher")
    course_row = another.__class__.objects.get(user=tom)
    course_row.teaching_active = False
    course_row.save()

    assert fulfil(checkout).enrollment.teacher is None


def test_an_expired_checkout_that_was_paid_in_time_still_counts(course, tom, sam):
    checkout = a_checkout(sam, course)
    CheckoutSession.objects.filter(pk=checkout.pk).update(status="expired")

    assert fulfil(checkout).enrollment.student == sam


def test_the_answer_with_the_session_id_may_be_lost(course, tom, sam):
    checkout = a_checkout(sam, course)
    session_id = checkout.stripe_session_id
    CheckoutSession.objects.filter(pk=checkout.pk).update(stripe_session_id=None, url="")

    fulfil(checkout, session_id=session_id)

    checkout.refresh_from_db()
    assert (checkout.status, checkout.stripe_session_id) == ("paid", session_id)


def test_an_unknown_checkout_session_is_refused(course, tom, sam):
    checkout = a_checkout(sam, course)

    with pytest.raises(UnknownCheckout):
        fulfil(checkout, session_id="cs_other")
    assert not Transaction.objects.exists()


@pytest.mark.parametrize("wrong", [{"amount_cents": 44_999}, {"currency": "eur"}])
def test_another_sum_or_currency_enrolls_nobody_and_notifies_admins(course, tom, sam, wrong):
    ada = a_member("Ada Admin", is_admin=True)
    checkout = a_checkout(sam, course)

    with pytest.raises(WrongAmount):
        fulfil(checkout, **wrong)

    assert not Enrollment.objects.exists()
    assert not Transaction.objects.exists()
    assert Notification.objects.filter(user=ada, kind="payment").exists()


def test_a_second_payment_for_an_active_enrollment_goes_back_in_full(course, tom, sam):
    ada = a_member("Ada Admin", is_admin=True)
    checkout = a_checkout(sam, course, tom)
    an_enrollment(sam, course)

    pay(checkout)

    assert checkout.status == "refunded_duplicate"
    assert Enrollment.objects.filter(student=sam).count() == 1
    payment = Transaction.objects.get(checkout=checkout)
    assert payment.enrollment is None
    request = RefundRequest.objects.get(transaction=payment)
    assert (request.status, request.policy, request.approved_cents) == (
        "approved",
        "duplicate",
        45_000,
    )
    assert Notification.objects.filter(user=ada, kind="payment").exists()

    send_approved(at=clock.now())

    payment.refresh_from_db()
    request.refresh_from_db()
    assert (payment.status, payment.refunded_cents) == ("refunded", 45_000)
    assert request.status == "done"
    assert set(PaymentSplit.objects.values_list("status", flat=True)) == {"refunded"}


def test_a_completed_course_can_be_bought_again(course, tom, sam):
    an_enrollment(sam, course, status="completed", completed_at=clock.now())

    assert a_payment(sam, course, tom).enrollment.status == "enrolled"
