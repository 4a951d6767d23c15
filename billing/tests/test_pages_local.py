"""The pages of the local provider: a foreign site that knows only its own ids."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from billing.models import LocalPaymentObject
from billing.providers import payments
from billing.providers.base import TransferOrder
from billing.tests.stage import a_checkout, settle
from billing.tests.test_pages_checkout import text
from billing.tests.test_pages_payouts import connected
from learning.models import Enrollment
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout():
    course = a_course()
    return a_checkout(a_member(), course, a_teacher(course).user)


def path_of(checkout):
    return f"/local-payments/checkout/{checkout.stripe_session_id}"


def visitor():
    return Client(enforce_csrf_checks=True)


def test_paying_with_the_button(checkout):
    shown = visitor().get(path_of(checkout))
    assert "Pay $450.00" in text(shown)
    assert checkout.course.title in text(shown)

    paid = visitor().post(path_of(checkout), {"outcome": "pay"})

    assert paid.status_code == 303
    assert paid.url.endswith(f"/enroll/success?session_id={checkout.stripe_session_id}")
    settle()
    assert Enrollment.objects.get().student == checkout.student


def test_paying_as_a_program(checkout):
    answer = visitor().post(
        path_of(checkout), '{"outcome": "pay"}', content_type="application/json"
    )
    assert answer.status_code == 200
    assert answer.json()["status"] == "complete"
    assert answer.json()["redirect_url"].endswith(checkout.stripe_session_id)
    settle()
    assert Enrollment.objects.count() == 1


def test_paying_twice_is_paying_once(checkout):
    for _ in range(2):
        assert visitor().post(path_of(checkout), {"outcome": "pay"}).status_code == 303
    assert LocalPaymentObject.objects.filter(kind="charge").count() == 1
    assert "Back to PeerLoop" in text(visitor().get(path_of(checkout)))
    program = visitor().post(
        path_of(checkout), '{"outcome": "decline"}', content_type="application/json"
    )
    assert program.status_code == 409


def test_a_declined_card_can_be_tried_again(checkout):
    declined = visitor().post(path_of(checkout), {"outcome": "decline"})
    assert declined.status_code == 200
    assert "declined" in text(declined)
    program = visitor().post(
        path_of(checkout), '{"outcome": "decline"}', content_type="application/json"
    )
    assert (program.status_code, program.json()["code"]) == (402, "card_declined")
    settle()
    assert not Enrollment.objects.exists()
    assert visitor().post(path_of(checkout), {"outcome": "pay"}).status_code == 303


def test_leaving_changes_nothing(checkout):
    left = visitor().post(path_of(checkout), {"outcome": "leave"})
    assert f"/courses/{checkout.course.slug}/enroll?teacher=" in left.url
    assert "Pay $450.00" in text(visitor().get(path_of(checkout)))


def test_an_expired_page_takes_no_money(checkout):
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert "expired" in text(visitor().get(path_of(checkout)))
        program = visitor().post(
            path_of(checkout), '{"outcome": "pay"}', content_type="application/json"
        )
    assert (program.status_code, program.json()["code"]) == (410, "session_expired")
    assert not LocalPaymentObject.objects.filter(kind="charge").exists()


@pytest.mark.parametrize("body", ['{"outcome": "steal"}', "{}", "[]", "{"])
def test_an_outcome_that_is_none(checkout, body):
    answer = visitor().post(path_of(checkout), body, content_type="application/json")
    assert answer.status_code == 400
    assert visitor().post(path_of(checkout), {"outcome": "steal"}).status_code == 400


@pytest.mark.parametrize("page", ["checkout", "onboarding", "dashboard"])
def test_unknown_ids_are_not_there(page):
    assert visitor().get(f"/local-payments/{page}/cs_local_unknown").status_code == 404


def test_the_pages_are_not_there_while_stripe_is_in_use(checkout, settings):
    settings.PAYMENT_PROVIDER = "stripe"
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    assert visitor().get(path_of(checkout)).status_code == 404
    assert visitor().post(path_of(checkout), {"outcome": "pay"}).status_code == 404


def test_onboarding_later_and_now():
    from billing.actions.accounts import onboarding_link

    tom = a_teacher(a_course()).user
    path = urlsplit(onboarding_link(user=tom, at=clock.now())).path
    tom.refresh_from_db()
    assert tom.email in text(visitor().get(path))

    later = visitor().post(path, {"outcome": "later"})
    assert later.url.endswith("/settings/payouts?back=1")
    assert not payments().get_account(tom.stripe_account_id).can_pay_out

    visitor().post(path, {"outcome": "complete"})
    settle()
    tom.refresh_from_db()
    assert tom.stripe_payouts_enabled


def test_the_dashboard_shows_what_was_sent():
    tom = connected(a_teacher(a_course()).user)
    path = f"/local-payments/dashboard/{tom.stripe_account_id}"
    assert "Nothing was sent yet" in text(visitor().get(path))
    order = TransferOrder(tom.stripe_account_id, 6300, "usd", "payout:1")
    payments().create_transfer(order, key="payout:1:1")
    assert "$63.00" in text(visitor().get(path))
