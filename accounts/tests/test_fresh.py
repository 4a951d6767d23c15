"""A fresh sign-in before sensitive acts (security ID-7), and /confirm."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from accounts.identity import reauthentication
from accounts.identity.authentication import BearerAuthentication
from peerloop.kit.middleware import answer_refusal
from peerloop.kit.refusals import Invalid, TooMany
from tests.cast import PASSWORD, a_member, api, browse, stale

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
NEXT = "/settings/notifications"
pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def seconds_of(browser):
    return SimpleNamespace(session=browser.session)


def test_a_sign_in_is_fresh_for_a_quarter_of_an_hour(sam):
    with time_machine.travel(START, tick=False) as now:
        browser = browse(sam)

        now.shift(QUARTER)
        assert reauthentication.is_fresh(seconds_of(browser))
        now.shift(timedelta(seconds=1))
        assert not reauthentication.is_fresh(seconds_of(browser))


def test_the_password_makes_it_fresh_and_leads_on_in_a_new_session(sam):
    browser = stale(browse(sam))
    before = browser.session.session_key

    response = browser.post("/confirm", {"password": PASSWORD, "next": NEXT})

    assert response["Location"] == NEXT
    assert reauthentication.is_fresh(seconds_of(browser))
    assert browser.session.session_key != before


def test_a_wrong_password_is_shown_at_its_field(sam):
    browser = stale(browse(sam))

    response = browser.post("/confirm", {"password": "wrong", "next": NEXT})

    assert response.status_code == 422
    assert 'id="id_password_error"' in response.content.decode()
    assert f'name="next" value="{NEXT}"' in response.content.decode()
    assert not reauthentication.is_fresh(seconds_of(browser))


def test_the_eleventh_attempt_is_refused(sam, settings):
    settings.SIGN_IN_LIMITS = True
    browser = stale(browse(sam))

    tries = [browser.post("/confirm", {"password": "wrong"}).status_code for _ in range(11)]

    assert tries == [422] * 10 + [429]


def test_who_is_fresh_is_not_asked(sam):
    assert browse(sam).get(f"/confirm?next={NEXT}")["Location"] == NEXT


@pytest.mark.parametrize(
    "trick",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\t//e.x"],
)
def test_other_sites_are_no_next(sam, trick):
    response = stale(browse(sam)).post("/confirm", {"password": PASSWORD, "next": trick})

    assert response["Location"] == "/settings/security"


def test_a_visitor_signs_in_first():
    assert browse().get("/confirm")["Location"].startswith("/login?")


def refused(method, **headers):
    request = getattr(RequestFactory(), method)("/settings/data?part=1", headers=headers)
    request.session = {}
    request._messages = FallbackStorage(request)
    with pytest.raises(reauthentication.FreshSignInNeeded) as raised:
        reauthentication.fresh_sign_in(lambda request: None)(request)
    return answer_refusal(request, raised.value), [str(m) for m in request._messages]


def test_a_page_asks_before_it_opens():
    response, words = refused("get")

    assert response["Location"] == "/confirm?next=%2Fsettings%2Fdata%3Fpart%3D1"
    assert words == []


def test_a_form_sent_too_late_is_answered_with_an_explanation():
    response, words = refused("post", referer="http://testserver/settings/data?part=2#form")

    assert response["Location"] == "/confirm?next=%2Fsettings%2Fdata%3Fpart%3D2"
    assert words == ["Confirm that it's you, then send it again. Nothing was changed yet."]


def test_a_form_from_nowhere_leads_back_to_a_page_of_ours():
    assert refused("post", referer="https://evil.example/x")[0]["Location"] == "/confirm?next=%2F"


def over_the_api(user):
    client = api(user)
    request = RequestFactory().get("/", headers={"Authorization": _bearer(client)})
    user, claims = BearerAuthentication().authenticate(request)
    return SimpleNamespace(user=user, auth=claims)


def _bearer(client):
    return client._credentials["HTTP_AUTHORIZATION"]


def test_over_the_api_an_old_sign_in_needs_the_password(sam):
    with time_machine.travel(START, tick=False) as now:
        request = over_the_api(sam)
        reauthentication.require_current_password(request, "")

        now.shift(QUARTER + timedelta(seconds=1))
        with pytest.raises(reauthentication.CurrentPasswordNeeded):
            reauthentication.require_current_password(request, "")
        reauthentication.require_current_password(request, PASSWORD)


def test_over_the_api_a_wrong_password_is_refused_however_fresh(sam, settings):
    settings.SIGN_IN_LIMITS = True
    request = over_the_api(sam)

    for _ in range(10):
        with pytest.raises(Invalid, match="not your current password"):
            reauthentication.require_current_password(request, "wrong")
    with pytest.raises(TooMany):
        reauthentication.require_current_password(request, PASSWORD)
