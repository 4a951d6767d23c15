"""Open checkouts are settled without any event: paid ones enroll, closed ones expire."""

from datetime import timedelta

import pytest

from billing.actions import settling
from billing.actions.settling import settle_due
from billing.models import CheckoutSession, LocalPaymentObject
from billing.providers import local_page
from billing.tests.stage import Away, a_checkout
from learning.models import Enrollment
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout():
    course = a_course()
    return a_checkout(a_member(), course, a_teacher(course).user)


def later(**span):
    return clock.now() + timedelta(**span)


def test_a_payment_whose_event_was_lost_is_found(checkout):
    local_page.pay(checkout.stripe_session_id)

    settle_due(at=later(minutes=3))

    checkout.refresh_from_db()
    assert checkout.status == "paid"
    assert Enrollment.objects.get().student == checkout.student


def test_a_young_checkout_is_left_alone(checkout):
    assert settle_due(at=clock.now()) == 0


def test_an_open_one_is_looked_at_every_quarter_of_an_hour(checkout):
    assert settle_due(at=later(minutes=3)) == 1
    assert settle_due(at=later(minutes=4)) == 0
    assert settle_due(at=later(minutes=19)) == 1
    checkout.refresh_from_db()
    assert checkout.status == "open"


def test_after_a_day_the_page_is_closed_on_both_sides(checkout):
    settle_due(at=later(hours=25))

    checkout.refresh_from_db()
    assert checkout.status == "expired"
    page = LocalPaymentObject.objects.get(object_id=checkout.stripe_session_id)
    assert page.data["status"] == "expired"


def test_a_page_that_the_provider_closed_is_closed_here(checkout):
    from billing.providers import payments

    payments().expire_checkout_session(checkout.stripe_session_id)
    settle_due(at=later(minutes=3))
    checkout.refresh_from_db()
    assert checkout.status == "expired"


def test_paid_in_the_last_moment_still_enrolls(checkout, monkeypatch):
    from billing.providers import payments

    provider = payments()
    look = provider.get_checkout_session
    looks = []

    def paid_after_the_first_look(session_id):
        page = look(session_id)
        if not looks:
            local_page.pay(session_id)
        looks.append(page)
        return page

    monkeypatch.setattr(provider, "get_checkout_session", paid_after_the_first_look)
    settle_due(at=later(hours=25))

    checkout.refresh_from_db()
    assert checkout.status == "paid"


def test_a_row_that_never_got_a_page_ends_after_a_day(checkout):
    CheckoutSession.objects.update(stripe_session_id=None, url="")
    settle_due(at=later(hours=1))
    checkout.refresh_from_db()
    assert checkout.status == "open"

    settle_due(at=later(hours=25))
    checkout.refresh_from_db()
    assert checkout.status == "expired"


def test_without_an_answer_nothing_is_written_off(checkout, monkeypatch):
    monkeypatch.setattr(settling, "payments", Away)
    settle_due(at=later(hours=25))
    checkout.refresh_from_db()
    assert checkout.status == "open"


def test_one_bad_row_does_not_keep_the_others_waiting(checkout):
    course = a_course()
    a_teacher(course)
    other = a_checkout(a_member(), course)
    LocalPaymentObject.objects.filter(object_id=checkout.stripe_session_id).update(data={})
    local_page.pay(other.stripe_session_id)

    assert settle_due(at=later(minutes=3)) == 1
    other.refresh_from_db()
    assert other.status == "paid"
