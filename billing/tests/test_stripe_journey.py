"""Buying and being paid with the Stripe adapter, from our endpoints to a stand-in and back."""

import pytest

from billing.actions.payout_processing import send
from billing.models import BalanceAdjustment, PaymentSplit, Payout, Transaction
from billing.tests.stage import an_event, settle
from billing.tests.stage import send as send_event
from billing.tests.stripe_stand_in import StripeStandIn
from billing.tests.test_pages_checkout import text
from learning.models import Enrollment
from peerloop.kit import clock, providers
from tests.cast import a_course, a_member, a_teacher, api, browse

pytestmark = pytest.mark.django_db
SECRET = "whsec_connect"


@pytest.fixture
def stripe(httpserver, settings):
    stand_in = StripeStandIn(httpserver)
    settings.PAYMENT_PROVIDER = "stripe"
    settings.STRIPE_SECRET_KEY = "sk_test_stand_in"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_platform", SECRET]
    settings.STRIPE_API_BASE = stand_in.url
    providers._adapter.cache_clear()
    yield stand_in
    providers._adapter.cache_clear()


@pytest.fixture
def course():
    return a_course()


@pytest.fixture
def tom(course):
    return a_teacher(course).user


def enroll(sam, course, tom):
    body = {"st_id": str(tom.pk)}
    answer = api(sam).post(f"/api/v1/courses/{course.pk}/enroll", body, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def tell(kind, data, **more):
    assert send_event(an_event(kind, data, **more), secret=SECRET).status_code == 200
    settle()


def test_a_course_is_bought(stripe, course, tom):
    sam = a_member()
    page = enroll(sam, course, tom)
    assert page["checkout_url"].startswith("https://checkout.stripe.com/")
    assert enroll(sam, course, tom) == page

    stripe.pay(page["session_id"])
    session = stripe.get(page["session_id"])
    tell("checkout.session.completed", session)
    tell("payment_intent.succeeded", stripe.get(session["payment_intent"]))

    enrollment = Enrollment.objects.get(student=sam)
    payment = Transaction.objects.get()
    assert (payment.enrollment, enrollment.teacher) == (enrollment, tom)
    assert payment.stripe_charge_id.startswith("ch_")
    assert PaymentSplit.objects.count() == 9


def test_the_success_page_does_not_wait_for_the_event(stripe, course, tom):
    sam = a_member()
    page = enroll(sam, course, tom)
    stripe.pay(page["session_id"])

    answer = browse(sam).get("/enroll/success", {"session_id": page["session_id"]})

    assert "You are enrolled" in text(answer)
    tell("checkout.session.completed", stripe.get(page["session_id"]))
    assert Enrollment.objects.count() == 1


def test_stripe_being_down_is_said_and_lost_nothing(stripe, course, tom):
    sam = a_member()
    stripe.faults = [503, 503, 503]
    answer = api(sam).post(f"/api/v1/courses/{course.pk}/enroll", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (503, "payment_unavailable")
    assert enroll(sam, course, tom)["session_id"]


def test_a_payee_is_connected_and_paid_and_a_console_refund_is_booked(stripe, course, tom):
    opened = api(tom).post("/api/payments/connect/onboard", {}, format="json").json()
    stripe.finish_onboarding(opened["account_id"])
    account = stripe.get(opened["account_id"])
    tell("account.updated", account, account=account["id"])
    tom.refresh_from_db()
    assert (tom.stripe_account_status, tom.stripe_payouts_enabled) == ("active", True)

    payout = Payout.objects.create(
        recipient=tom, amount_cents=6300, status="processing", processed_at=clock.now()
    )
    BalanceAdjustment.objects.create(
        recipient=tom, amount_cents=6300, reason="bonus", payout=payout
    )
    send(payout, at=clock.now())
    payout.refresh_from_db()
    assert payout.status == "paid"
    tell("transfer.created", stripe.get(payout.stripe_transfer_id))

    page = enroll(a_member(), course, tom)
    stripe.pay(page["session_id"])
    session = stripe.get(page["session_id"])
    tell("checkout.session.completed", session)
    charge = stripe.get(stripe.get(session["payment_intent"])["latest_charge"])
    given = {"payment_intent": session["payment_intent"], "amount": "45000", "metadata": {}}
    stripe.refund_create([], given)
    tell("charge.refunded", charge)
    assert Transaction.objects.get().refunded_cents == 45_000
