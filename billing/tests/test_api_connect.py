"""The payout account over the API."""

import pytest

from billing.providers import local_page
from billing.tests.stage import Away
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db
ONBOARD = "/api/payments/connect/onboard"
STATUS = "/api/v1/payments/connect/status"
DASHBOARD = "/api/payments/connect/dashboard"


@pytest.fixture
def course():
    return a_course()


def calls(client):
    return [
        client.post(ONBOARD, {}, format="json"),
        client.get(STATUS),
        client.post(DASHBOARD, {}, format="json"),
    ]


def test_only_those_who_earn_get_in(course):
    enrolled = an_enrollment(course=course).student
    moderator = a_member(is_moderator=True)
    for user, expected in ((None, 401), (a_member(), 403), (enrolled, 403), (moderator, 403)):
        assert {answer.status_code for answer in calls(api(user))} == {expected}


@pytest.mark.parametrize("who", ["creator", "teacher", "new_creator"])
def test_the_way_of_those_who_earn(course, who):
    user = {
        "creator": course.creator,
        "teacher": a_teacher(course).user,
        "new_creator": a_member(is_creator=True),
    }[who]
    client = api(user)
    assert client.get(STATUS).json() == {
        "connected": False,
        "account_id": None,
        "status": "none",
        "payouts_enabled": False,
        "details_submitted": False,
        "missing": [],
        "synced_at": None,
    }
    assert client.post(DASHBOARD, {}, format="json").status_code == 409

    first = client.post(ONBOARD, {}, format="json")
    again = client.post(ONBOARD, {}, format="json")

    assert (first.status_code, again.status_code) == (200, 200)
    account_id = first.json()["account_id"]
    assert again.json()["account_id"] == account_id
    assert first.json()["onboarding_url"].startswith("http")
    pending = client.get(STATUS).json()
    assert (pending["connected"], pending["status"]) == (True, "pending")
    assert pending["missing"]

    local_page.finish_onboarding(account_id)

    ready = client.get(STATUS).json()
    assert (ready["status"], ready["payouts_enabled"], ready["details_submitted"]) == (
        "active",
        True,
        True,
    )
    assert account_id in client.post(DASHBOARD, {}, format="json").json()["dashboard_url"]


def test_unknown_fields_are_refused(course):
    answer = api(course.creator).post(ONBOARD, {"account_id": "acct_other"}, format="json")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["account_id"]


def test_with_the_provider_away(course, monkeypatch):
    monkeypatch.setattr("billing.actions.accounts.payments", Away)
    client = api(course.creator)
    assert client.post(ONBOARD, {}, format="json").status_code == 503
    assert client.get(STATUS).status_code == 200
