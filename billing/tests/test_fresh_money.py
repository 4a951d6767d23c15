"""Money asks again who it is (security ID-7), and for a second step where it is set (ID-8)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.identity.actions.tokens import issue_tokens, rotate_tokens
from accounts.identity.factors.requirement import SecondFactorRequired
from accounts.tests.factors import a_phone
from billing.actions.refunds import cancel_enrollment
from billing.models import Payout
from billing.tests.money_stage import ada, ask, earned, paid_enrollment
from peerloop.kit import clock
from tests.cast import PASSWORD, api, browse, stale

START = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
LONG_AGO = timedelta(minutes=16)
QUEUE = "/admin/billing/payout/"
REFUNDS = "/admin/billing/refundrequest/"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/settings/payouts/account", "/settings/payouts/dashboard"])
def test_the_payout_account_asks_afresh_on_the_web(path):
    tom = earned().teacher

    assert stale(browse(tom)).post(path)["Location"].startswith("/confirm?next=")


@pytest.mark.parametrize("act", ["onboard", "dashboard"])
def test_the_payout_account_wants_the_password_after_an_old_sign_in(act):
    path = f"/api/v1/payments/connect/{act}"
    tom = earned().teacher
    with time_machine.travel(START, tick=False) as now:
        begun = issue_tokens(user=tom)
        now.shift(LONG_AGO)
        access = rotate_tokens(refresh=begun.refresh).access
        client = api()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")

        refused = client.post(path, {}, format="json")
        wrong = client.post(path, {"current_password": "wrong"}, format="json")
        right = client.post(path, {"current_password": PASSWORD}, format="json")

    assert (refused.status_code, refused.json()["code"]) == (403, "current_password_needed")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["current_password"])
    assert right.status_code == 200


def test_a_young_sign_in_over_the_api_needs_no_password():
    client = api(earned().teacher)

    assert client.post("/api/v1/payments/connect/onboard", {}, format="json").status_code == 200


def choose(client, path, action, row, **more):
    data = {"action": action, "_selected_action": [str(row.pk)], "confirmed": "1", **more}
    return client.post(path, data, headers={"referer": f"http://testserver{path}"})


def test_staff_prove_who_they_are_before_a_payout_leaves():
    payout = ask(earned().teacher)

    response = choose(stale(browse(ada())), QUEUE, "process_selected", payout, typed_total="105")

    assert response["Location"] == "/confirm?next=%2Fadmin%2Fbilling%2Fpayout%2F"
    payout.refresh_from_db()
    assert payout.status == "pending"


def test_staff_prove_who_they_are_before_a_refund_leaves():
    enrollment = paid_enrollment()
    asked = cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="Moved", at=clock.now()
    )
    given = {f"{asked.pk.hex}-amount": "450.00", f"{asked.pk.hex}-reason": ""}

    response = choose(stale(browse(ada())), REFUNDS, "approve_selected", asked, **given)

    assert response["Location"] == "/confirm?next=%2Fadmin%2Fbilling%2Frefundrequest%2F"
    asked.refresh_from_db()
    assert asked.status == "pending"


def test_staff_prove_it_before_payouts_are_opened_for_others():
    earned()

    assert stale(browse(ada())).post(f"{QUEUE}owed/")["Location"].startswith("/confirm?next=")
    assert not Payout.objects.exists()


def test_a_first_payout_waits_for_a_second_step_where_it_is_set(settings):
    settings.PAYOUT_SECOND_FACTOR = True
    tom = earned().teacher

    refused = api(tom).post("/api/v1/payouts/request", {"amount_cents": 10_500}, format="json")
    with pytest.raises(SecondFactorRequired):
        ask(tom)
    a_phone(tom)

    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    assert ask(tom).status == "pending"


def test_on_the_web_the_form_says_what_is_missing(settings):
    settings.PAYOUT_SECOND_FACTOR = True
    tom = earned().teacher

    response = browse(tom).post("/earnings/payouts", {"amount": "105.00"})

    assert response.status_code == 422
    assert "needs a second step" in response.content.decode()
