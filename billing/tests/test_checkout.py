"""Starting a checkout: guards, one open page, a provider that is away."""

from datetime import timedelta

import pytest
import time_machine

from accounts.identity.access import Unverified
from accounts.models import Email, Notification
from billing.actions import checkout as starting
from billing.actions.checkout import PaymentDown, start_checkout
from billing.actions.guards import (
    NoTeacher,
    NotForSale,
    OwnCourse,
    Suspended,
    TeachesAlready,
)
from billing.actions.settling import PaymentPending, close_page
from billing.models import CheckoutSession, LocalPaymentObject, Transaction
from billing.providers import local_page, payments
from billing.providers.base import HostedCheckout, Rejected
from billing.tests.stage import Away, a_checkout, pay
from catalog.actions.drafting import edit_course
from catalog.models import Course, CourseModule
from learning.actions.enrolling import AlreadyEnrolled
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Conflict, Invalid, OutsideDown
from scheduling.models import Availability
from scheduling.queries import pick_teacher
from scheduling.tests.people import open_hours
from tests.cast import LONG_AGO, a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return a_course()


@pytest.fixture
def tom(course):
    return a_teacher(course).user


@pytest.fixture
def sam():
    return a_member()


def start(student, course, teacher=None):
    return start_checkout(student=student, course=course, teacher=teacher, at=clock.now())


def test_a_checkout_has_a_page_and_enrolls_nobody(course, tom, sam):
    checkout = start(sam, course, tom)

    assert checkout.url.startswith("http")
    assert checkout.stripe_session_id in checkout.url
    assert (checkout.amount_cents, checkout.currency, checkout.modules_paid) == (45_000, "usd", 3)
    assert checkout.status == "open"
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize(
    ("who", "refusal", "status", "code"),
    [
        ({"verified": False}, Unverified, 403, "email_unverified"),
        ({"suspended_at": LONG_AGO}, Suspended, 403, "suspended"),
    ],
)
def test_some_members_buy_nothing(course, tom, who, refusal, status, code):
    with pytest.raises(refusal) as refused:
        start(a_member(**who), course)
    assert (refused.value.status, refused.value.code) == (status, code)


def test_the_creator_does_not_buy_the_own_course(course, tom):
    with pytest.raises(OwnCourse) as refused:
        start(course.creator, course)
    assert refused.value.status == 400


def test_a_teacher_does_not_buy_what_they_teach_but_may_after_pausing(course, tom):
    a_teacher(course, name="Tina Teacher")
    with pytest.raises(TeachesAlready) as refused:
        start(tom, course)
    assert refused.value.status == 400

    row = course_row(course, tom)
    row.teaching_active = False
    row.save()

    assert start(tom, course).status == "open"


def course_row(course, user):
    from learning.queries import teaching_row

    return teaching_row(user, course)


def test_an_active_enrollment_stands_in_the_way(course, tom, sam):
    an_enrollment(sam, course)
    with pytest.raises(AlreadyEnrolled) as refused:
        start(sam, course)
    assert refused.value.status == 409


@pytest.mark.parametrize("status", ["draft", "suspended", "retired"])
def test_a_course_that_is_not_listed_is_not_sold(course, tom, sam, status):
    course.status = status
    course.save()
    with pytest.raises(NotForSale) as refused:
        start(sam, course)
    assert refused.value.status == 409


def test_a_course_without_modules_is_not_sold(course, tom, sam):
    CourseModule.objects.filter(course=course).delete()
    with pytest.raises(NotForSale):
        start(sam, course)


def test_without_a_teacher_nothing_is_sold_and_staff_are_notified_once_a_day(course, sam):
    ada = a_member("Ada Admin", is_admin=True)
    for _ in range(2):
        with pytest.raises(NoTeacher) as refused:
            start(sam, course)
    assert refused.value.status == 409
    notices = Notification.objects.filter(kind="course_no_teachers")
    assert {notice.user for notice in notices} == {ada, course.creator}
    assert notices.count() == 2
    assert Email.objects.filter(template="course-no-teachers").count() == 2

    with time_machine.travel(clock.now() + timedelta(days=1)), pytest.raises(NoTeacher):
        start(sam, course)
    assert notices.all().count() == 4


def test_only_who_teaches_the_course_can_be_chosen(course, tom, sam):
    other = a_teacher(a_course(), name="Olga Other").user
    row = course_row(course, a_teacher(course, name="Paul Paused").user)
    row.teaching_active = False
    row.save()
    for teacher in (other, row.user, a_member()):
        with pytest.raises(Invalid) as refused:
            start(sam, course, teacher)
        assert refused.value.code == "teacher_not_eligible"
        assert "student_teacher_id" in refused.value.fields


def test_an_open_checkout_is_handed_out_again(course, tom, sam):
    assert start(sam, course, tom).pk == start(sam, course, tom).pk
    assert CheckoutSession.objects.count() == 1
    assert LocalPaymentObject.objects.filter(kind="checkout").count() == 1


def change_price(course):
    Course.objects.filter(pk=course.pk).update(price_cents=50_000)
    course.refresh_from_db()


def add_module(course):
    CourseModule.objects.create(course=course, module_order=4, title="Module 4")


@pytest.mark.parametrize("change", [change_price, add_module])
def test_a_changed_course_closes_the_open_page(course, tom, sam, change):
    first = start(sam, course, tom)
    change(course)

    second = start(sam, course, tom)

    first.refresh_from_db()
    assert (first.status, second.status) == ("expired", "open")
    assert payments().get_checkout_session(first.stripe_session_id).is_expired


def test_another_teacher_closes_the_open_page(course, tom, sam):
    first, second = start(sam, course, tom), start(sam, course)
    first.refresh_from_db()
    assert (first.status, second.teacher) == ("expired", None)


def test_a_page_that_closes_soon_is_not_handed_out(course, tom, sam):
    first = start(sam, course)
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=40)):
        second = start(sam, course)
    assert first.pk != second.pk


def test_a_payment_that_wins_the_race_enrolls(course, tom, sam):
    first = start(sam, course, tom)
    local_page.pay(first.stripe_session_id)

    with pytest.raises(AlreadyEnrolled):
        start(sam, course)

    first.refresh_from_db()
    assert first.status == "paid"
    assert Enrollment.objects.get(student=sam).teacher == tom


def test_a_payment_on_its_way_blocks_another_one(course, tom, sam):
    first = start(sam, course, tom)
    row = LocalPaymentObject.objects.get(object_id=first.stripe_session_id)
    row.data = {**row.data, "status": "complete", "payment_status": "unpaid"}
    row.save()

    with pytest.raises(PaymentPending):
        start(sam, course)


def complete(checkout, payment_status):
    """What the page says before any event of it came."""
    row = LocalPaymentObject.objects.get(object_id=checkout.stripe_session_id)
    row.data = {**row.data, "status": "complete", "payment_status": payment_status, "url": None}
    row.save()


def test_a_page_on_which_a_payment_is_on_its_way_is_not_handed_out_again(course, tom, sam):
    complete(start(sam, course, tom), "unpaid")
    with pytest.raises(PaymentPending) as refused:
        start(sam, course, tom)
    assert (refused.value.status, refused.value.code) == (409, "payment_pending")


def test_starting_again_after_paying_enrolls_though_the_event_is_late(course, tom, sam):
    first = start(sam, course, tom)
    local_page.pay(first.stripe_session_id)
    with pytest.raises(AlreadyEnrolled):
        start(sam, course, tom)
    assert Enrollment.objects.get(student=sam).teacher == tom


def test_a_page_that_the_provider_closed_is_not_handed_out_again(course, tom, sam):
    first = start(sam, course, tom)
    payments().expire_checkout_session(first.stripe_session_id)
    second = start(sam, course, tom)
    first.refresh_from_db()
    assert (first.status, second.status) == ("expired", "open")
    assert second.url != first.url


def test_the_page_of_who_was_overtaken_is_closed_and_given_to_nobody(course, tom, sam, monkeypatch):
    """Another request replaces the row while the provider opens the page."""

    class Overtaken:
        def __getattr__(self, name):
            return getattr(payments(), name)

        def create_checkout_session(self, order, *, key):
            page = payments().create_checkout_session(order, key=key)
            CheckoutSession.objects.update(status="expired")
            return page

    monkeypatch.setattr(starting, "payments", Overtaken)
    with pytest.raises(Conflict):
        start(sam, course, tom)
    pages = LocalPaymentObject.objects.filter(kind="checkout")
    assert [page.data["status"] for page in pages] == ["expired"]


def test_a_page_that_opens_while_another_request_closes_the_row_stays_in_step(course, tom, sam):
    seen_without_page = start(sam, course, tom)
    stale = CheckoutSession.objects.get(pk=seen_without_page.pk)
    stale.stripe_session_id = None
    close_page(checkout=stale, at=clock.now())
    seen_without_page.refresh_from_db()
    assert seen_without_page.status == "open"


def away(monkeypatch):
    gone = Away()
    for module in ("billing.actions.checkout", "billing.actions.settling"):
        monkeypatch.setattr(f"{module}.payments", lambda: gone)


def test_a_provider_that_is_away_loses_nothing(course, tom, sam, monkeypatch):
    with monkeypatch.context() as without:
        away(without)
        with pytest.raises(PaymentDown) as refused:
            start(sam, course, tom)
    assert refused.value.status == 503
    waiting = CheckoutSession.objects.get()
    assert (waiting.status, waiting.url) == ("open", "")

    assert start(sam, course, tom).pk == waiting.pk
    assert not Enrollment.objects.exists()


def test_an_open_page_can_not_be_replaced_while_the_provider_is_away(course, tom, sam, monkeypatch):
    start(sam, course, tom)
    away(monkeypatch)
    with pytest.raises(OutsideDown):
        start(sam, course)
    assert CheckoutSession.objects.get().status == "open"


class Refusing(Away):
    def create_checkout_session(self, order, *, key):
        raise Rejected("no such key")


def test_a_page_that_never_opens_does_not_block_the_next_try(course, tom, sam, monkeypatch):
    with monkeypatch.context() as without:
        without.setattr(starting, "payments", Refusing)
        with pytest.raises(PaymentDown):
            start(sam, course)
    assert start(sam, course).status == "open"
    assert CheckoutSession.objects.filter(status="failed").count() == 1


@pytest.mark.parametrize(
    "lie",
    [{"amount_cents": 1}, {"currency": "eur"}, {"reference": "other"}, {"url": "javascript:x"}],
)
def test_a_page_for_something_else_is_not_handed_out(course, tom, sam, monkeypatch, lie):
    class Lying(Away):
        def create_checkout_session(self, order, *, key):
            told = {
                "session_id": "cs_lie",
                "status": "open",
                "payment_status": "unpaid",
                "amount_cents": order.amount_cents,
                "currency": order.currency,
                "reference": order.reference,
                "url": "https://pay.test/cs_lie",
            }
            return HostedCheckout(**{**told, **lie})

    monkeypatch.setattr(starting, "payments", Lying)
    with pytest.raises(PaymentDown):
        start(sam, course)
    assert CheckoutSession.objects.get().status == "failed"


def test_who_never_gives_way_is_refused_in_the_end(course, tom, sam, monkeypatch):
    monkeypatch.setattr(starting, "_new_one", lambda *args: None)
    with pytest.raises(Conflict):
        start(sam, course)


def test_any_teacher_is_one_with_free_time(course, tom, sam):
    free = a_teacher(course, name="Fred Free").user
    open_hours(free)
    now = clock.now()
    assert pick_teacher(course, student_id=sam.pk, at=now) == free

    Availability.objects.all().delete()
    assert pick_teacher(course, student_id=sam.pk, at=now) is None


def test_buying_again_after_completion(course, tom, sam):
    pay(a_checkout(sam, course, tom))
    Enrollment.objects.update(status="completed", completed_at=clock.now())

    assert start(sam, course, tom).status == "open"


def test_who_is_paying_pays_the_price_that_they_saw(course, tom, sam):
    checkout = start(sam, course, tom)
    before = course.price_cents
    edit_course(course=course, by=course.creator, price_cents=before + 5_000)

    pay(checkout)

    payment = Transaction.objects.get(student=sam)
    assert payment.amount_cents == checkout.amount_cents == before
    course.refresh_from_db()
    assert course.price_cents == before + 5_000
