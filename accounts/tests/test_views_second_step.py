"""Signing in with a second step, on the web and over the API: the password alone opens nothing."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from accounts.identity import reauthentication
from accounts.models import Email, RefreshToken, User
from accounts.models.tokens import end_all_sign_ins
from accounts.tests.factors import a_passkey, a_phone
from tests.cast import PASSWORD, a_member, api, browse

START = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
STEP = "/login/second-step"
pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return a_member(email="sam@example.com", timezone="")


@pytest.fixture
def phone(sam):
    return a_phone(sam)


def log_in(browser=None, **more):
    browser = browser or browse()
    response = browser.post(
        "/login", {"email": "sam@example.com", "password": PASSWORD, "next": "/calendar", **more}
    )
    return browser, response


def is_in(browser):
    return browser.get("/settings/security").status_code == 200


def test_the_password_alone_signs_nobody_in(phone):
    browser, response = log_in()

    assert response["Location"] == STEP
    assert not is_in(browser)
    assert Email.objects.filter(template="new-sign-in").count() == 0


def test_with_the_code_it_redirects_to_the_wanted_page(sam, phone):
    browser, _ = log_in(timezone="Europe/Berlin")
    before = browser.session.session_key

    response = browser.post(STEP, {"code": phone.code()})

    assert response["Location"] == "/calendar"
    assert is_in(browser)
    assert browser.session.session_key != before
    assert reauthentication.PROVED in browser.session
    sam.refresh_from_db()
    assert sam.timezone == "Europe/Berlin"


def test_the_page_asks_for_the_code(phone):
    browser, _ = log_in()

    text = browser.get(STEP).content.decode()

    assert 'autocomplete="one-time-code"' in text
    assert "recovery codes" in text


def test_a_wrong_code_is_said_at_its_field_and_opens_nothing(phone):
    browser, _ = log_in()

    response = browser.post(STEP, {"code": "000000"})

    assert response.status_code == 422
    assert 'id="id_code_error"' in response.content.decode()
    assert not is_in(browser)


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"credential": "{}"}, {"credential": "x"}])
def test_without_a_proof_nobody_is_signed_in(phone, body):
    browser, _ = log_in()

    assert browser.post(STEP, body).status_code == 422
    assert not is_in(browser)


def test_the_step_cannot_be_skipped_to(sam, phone):
    assert browse().get(STEP)["Location"] == "/login"
    assert browse().post(STEP, {"code": phone.code()})["Location"] == "/login"


def test_a_lost_phone_is_stood_in_for_by_a_recovery_code_once(phone):
    browser, _ = log_in()
    assert browser.post(STEP, {"code": phone.recovery[0]}).status_code == 302
    assert is_in(browser)

    other, _ = log_in()
    assert other.post(STEP, {"code": phone.recovery[0]}).status_code == 422
    assert Email.objects.filter(template="recovery-code-used").count() == 1


def test_a_code_seen_over_the_shoulder_is_spent(phone):
    code = phone.code()
    browser, _ = log_in()
    browser.post(STEP, {"code": code})

    other, _ = log_in()
    assert other.post(STEP, {"code": code}).status_code == 422


def test_after_ten_wrong_codes_also_the_right_one_waits(phone, settings):
    settings.SIGN_IN_LIMITS = True
    with time_machine.travel(START, tick=False) as now:
        browser, _ = log_in()
        tries = [browser.post(STEP, {"code": "000000"}).status_code for _ in range(10)]
        refused = browser.post(STEP, {"code": phone.code()})
        other, _ = log_in()

        assert tries == [422] * 10
        assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
        assert other.post(STEP, {"code": phone.recovery[0]}).status_code == 429
        now.shift(timedelta(hours=1))
        other, _ = log_in()
        assert other.post(STEP, {"code": phone.code()}).status_code == 302


def test_page_and_api_share_one_limit(phone, settings):
    settings.SIGN_IN_LIMITS = True
    browser, _ = log_in()
    for _ in range(10):
        browser.post(STEP, {"code": "000000"})

    assert over_the_api(code=phone.code()).status_code == 429


def test_a_right_code_resets_the_count(phone, settings):
    settings.SIGN_IN_LIMITS = True
    for code in phone.recovery[:2]:
        browser, _ = log_in()
        for _ in range(9):
            browser.post(STEP, {"code": "000000"})
        assert browser.post(STEP, {"code": code}).status_code == 302


def test_attempts_of_others_do_not_lock_out_a_known_browser(phone, settings):
    own, _ = log_in()
    own.post(STEP, {"code": phone.recovery[0]})
    own.post("/logout")
    settings.SIGN_IN_LIMITS = True
    stranger, _ = log_in()
    for _ in range(10):
        stranger.post(STEP, {"code": "000000"})

    log_in(own)
    assert own.post(STEP, {"code": phone.recovery[1]}).status_code == 302


def test_many_browsers_that_were_in_before_guess_no_faster(phone, settings):
    browsers = []
    for code in phone.recovery[:4]:
        browser, _ = log_in()
        browser.post(STEP, {"code": code})
        browser.post("/logout")
        browsers.append(browser)
    settings.SIGN_IN_LIMITS = True

    for browser in browsers:
        log_in(browser)
        answers = [browser.post(STEP, {"code": "000000"}).status_code for _ in range(10)]

    assert answers == [429] * 10
    stranger, _ = log_in()
    assert stranger.post(STEP, {"code": phone.recovery[4]}).status_code == 302


def test_a_reset_in_between_wins(sam, phone):
    browser, _ = log_in()

    end_all_sign_ins(user=sam)

    assert browser.post(STEP, {"code": phone.code()})["Location"] == "/login"
    assert not is_in(browser)


def test_a_suspension_in_between_wins(sam, phone):
    browser, _ = log_in()

    User.objects.filter(pk=sam.pk).update(suspended_at=START, suspended_reason="Broke the rules.")

    assert browser.post(STEP, {"code": phone.code()})["Location"] == "/login"
    assert not is_in(browser)


def test_after_fifteen_minutes_a_proof_is_needed_again(phone):
    with time_machine.travel(START, tick=False) as now:
        browser, _ = log_in()
        now.shift(timedelta(minutes=16))

        assert browser.post(STEP, {"code": phone.code()})["Location"] == "/login"


@pytest.mark.parametrize("trick", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_step_leads_to_no_other_site(phone, trick):
    browser, _ = log_in(next=trick)

    assert browser.post(STEP, {"code": phone.code()})["Location"] == "/dashboard"


def test_one_members_code_opens_no_other_account(phone):
    olga = a_member("Olga Stranger", email="olga@example.com")
    a_phone(olga)
    browser = browse()
    browser.post("/login", {"email": "olga@example.com", "password": PASSWORD})

    assert browser.post(STEP, {"code": phone.code()}).status_code == 422


def test_who_has_only_a_passkey_is_asked_for_it(sam):
    a_passkey(sam)
    browser, response = log_in()

    assert response["Location"] == STEP
    assert not is_in(browser)


def test_after_the_last_factor_is_gone_the_password_is_enough(sam, phone):
    Authenticator.objects.filter(user=sam).delete()

    assert log_in()[1]["Location"] == "/calendar"


def over_the_api(**more):
    body = {"email": "sam@example.com", "password": PASSWORD, **more}
    return api().post("/api/v1/auth/login", body, format="json")


@pytest.mark.parametrize("more", [{}, {"code": ""}])
def test_the_api_asks_for_the_code_too(sam, phone, more):
    response = over_the_api(**more)

    assert (response.status_code, response.json()["code"]) == (401, "second_factor_needed")
    assert not RefreshToken.objects.filter(user=sam).exists()


def test_the_api_takes_a_code_once(phone):
    code = phone.code()

    assert over_the_api(code=f"{code[:3]} {code[3:]}").status_code == 200
    again = over_the_api(code=code)
    assert (again.status_code, again.json()["code"]) == (401, "wrong_code")


def test_the_api_takes_a_recovery_code(phone):
    assert set(over_the_api(code=phone.recovery[0]).json()) == {"user", "token", "refreshToken"}


def test_the_api_does_not_reveal_a_second_factor_without_the_password(phone):
    response = over_the_api(password="wrong", code=phone.code())

    assert (response.status_code, response.json()["code"]) == (401, "wrong_credentials")


@pytest.mark.parametrize("code", [123456, ["1"], {"a": 1}, None, "9" * 41])
def test_the_api_names_a_code_of_another_shape(phone, code):
    response = over_the_api(code=code)

    assert (response.status_code, list(response.json()["fields"])) == (400, ["code"])


def test_without_a_second_step_a_code_changes_nothing(sam):
    assert over_the_api(code="123456").status_code == 200
