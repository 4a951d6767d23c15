"""Setting up the second step in the settings, and where it is a duty."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator

from accounts.identity.factors import encryption
from accounts.identity.queries.factors import factors_of
from accounts.tests.factors import Phone, a_passkey, a_phone
from tests.cast import a_member, api, browse, stale

HOME = "/settings/security"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def shown_codes(response):
    return re.findall(r"<li><code>([a-z0-9-]+)</code>", response.content.decode())


def add_app(browser, **more):
    """The page of the app, and its form sent with what a phone shows."""
    browser.get(f"{HOME}/app")
    phone = Phone(secret=encryption.decrypted(browser.session["new_app"]))
    return phone, browser.post(f"{HOME}/app", {"code": phone.code(), **more})


def test_the_key_is_shown_as_picture_and_text(sam):
    browser = browse(sam)

    text = browser.get(f"{HOME}/app").content.decode()

    secret = encryption.decrypted(browser.session["new_app"])
    assert " ".join(re.findall("....", secret)) in text
    picture = unquote(re.search(r'src="(data:image/svg[^"]+)"', text)[1])
    assert "<svg" in picture


def test_the_page_keeps_its_key_until_it_is_confirmed(sam):
    browser = browse(sam)
    pages = {browser.get(f"{HOME}/app").content.decode().split("<code")[1] for _ in range(2)}

    assert len({page[:60] for page in pages}) == 1


def test_an_app_is_added_and_its_recovery_codes_are_shown_once(sam):
    browser = browse(sam)
    before = browser.session.session_key

    phone, response = add_app(browser)

    assert len(shown_codes(response)) == 10
    assert phone.secret not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "new_app" not in browser.session
    assert browser.session.session_key != before
    again = browser.get(HOME).content.decode()
    assert "10 of 10 left" in again
    assert not any(code in again for code in shown_codes(response))


def test_the_codes_can_be_taken_away(sam):
    _, response = add_app(browse(sam))
    text = response.content.decode()

    file = unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', text)[1])
    assert set(shown_codes(response)) <= set(file.split("\n"))
    assert "data-print" in text
    assert 'download="peerloop-recovery-codes.txt"' in text


def test_a_wrong_first_code_is_said_and_counted(sam, settings):
    settings.SIGN_IN_LIMITS = True
    browser = browse(sam)
    browser.get(f"{HOME}/app")

    tries = [browser.post(f"{HOME}/app", {"code": "000000"}) for _ in range(11)]

    assert [response.status_code for response in tries] == [422] * 10 + [429]
    assert 'id="id_code_error"' in tries[0].content.decode()


def test_an_unproven_address_gets_no_second_step():
    nora = browse(a_member("Nora Newcomer", verified=False))

    assert nora.get(f"{HOME}/app").status_code == 403
    assert nora.post(f"{HOME}/passkeys/new", {"credential": "{}"}).status_code == 403


@pytest.mark.parametrize("path", ["app", "app/remove", "passkeys/new", "codes"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_change_asks_afresh(sam, path, method):
    a_phone(sam)
    before = list(Authenticator.objects.order_by("pk").values())

    response = getattr(stale(browse(sam)), method)(f"{HOME}/{path}")

    assert response["Location"].startswith("/confirm?next=")
    assert list(Authenticator.objects.order_by("pk").values()) == before


def test_the_app_is_removed_after_a_question(sam):
    a_phone(sam)
    browser = browse(sam)

    assert "Remove the app?" in browser.get(f"{HOME}/app/remove").content.decode()
    assert factors_of(sam).has_app
    browser.post(f"{HOME}/app/remove")
    assert not factors_of(sam).is_on


def test_new_recovery_codes_replace_the_old_ones(sam):
    phone = a_phone(sam)

    response = browse(sam).post(f"{HOME}/codes")

    assert len(shown_codes(response)) == 10
    assert not set(shown_codes(response)) & set(phone.recovery)


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(sam):
    path = f"{HOME}/passkeys/{a_passkey(sam)}"
    olga = browse(a_member("Olga Stranger"))

    for method in (olga.get, olga.post):
        assert method(path).status_code == 404
        assert method(f"{path}/remove").status_code == 404
    browser = browse(sam)
    browser.post(path, {"name": "Old phone"})
    assert factors_of(sam).passkeys[0].name == "Old phone"
    browser.post(f"{path}/remove")
    assert factors_of(sam).passkeys == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "x" * 1000])
def test_a_passkey_keeps_its_name_where_the_new_one_does_not_fit(sam, name):
    response = browse(sam).post(f"{HOME}/passkeys/{a_passkey(sam)}", {"name": name})

    assert response.status_code == 422
    assert factors_of(sam).passkeys[0].name == "Work laptop"


@pytest.mark.parametrize(
    "credential",
    [
        *("", "{}", "[]", "null", "1", "{", '"x"', '{"id": 1}'),
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        (
            '{"id": "AA", "rawId": "AA", "type": "public-key", "response": '
            '{"clientDataJSON": "e30", "attestationObject": "oA"}}'
        ),
        "[" * 9_000,
        '{"id": "' + "A" * 30_000 + '"}',
    ],
    ids=range(12),
)
def test_what_is_no_passkey_is_refused(sam, credential):
    browser = browse(sam)
    browser.get(f"{HOME}/passkeys/new")

    added = browser.post(f"{HOME}/passkeys/new", {"name": "x", "credential": credential})
    assert added.status_code == 422
    visitor = browse()
    visitor.get("/login/passkey")
    proven = visitor.post("/login/passkey", {"credential": credential})
    assert proven["Location"] == "/login"
    assert not factors_of(sam).passkeys


def test_the_list_of_factors_costs_one_query(sam, django_assert_num_queries):
    a_phone(sam)
    for number in range(5):
        a_passkey(sam, f"Key {number}")

    with django_assert_num_queries(1):
        assert len(factors_of(sam).passkeys) == 5


@pytest.fixture
def _duty(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.mark.usefixtures("_duty")
def test_an_admin_without_one_is_redirected_to_set_it_up():
    ada = a_member("Ada Admin", is_admin=True)
    browser = browse(ada)

    response = browser.get("/admin/accounts/user/")

    assert response["Location"] == f"{HOME}/second-step?next=%2Fadmin%2Faccounts%2Fuser%2F"
    text = browser.get(response["Location"]).content.decode()
    assert "Your role" in text
    assert "/settings/security/app?next=%2Fadmin%2Faccounts%2Fuser%2F" in text


@pytest.mark.usefixtures("_duty")
def test_with_a_second_factor_the_admin_site_opens_after_the_redirect():
    ada = a_member("Ada Admin", is_admin=True)
    browser = browse(ada)

    _, response = add_app(browser, next="/admin/")

    assert 'href="/admin/"' in response.content.decode()
    assert browser.get("/admin/").status_code == 200
    assert browser.get(f"{HOME}/second-step?next=/admin/")["Location"] == "/admin/"


@pytest.mark.usefixtures("_duty")
def test_the_admin_api_needs_one_too():
    ada = a_member("Ada Admin", is_admin=True)

    refused = api(ada).get("/api/v1/admin/pending-payouts")
    a_phone(ada)

    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    assert api(ada).get("/api/v1/admin/pending-payouts").status_code == 200


@pytest.mark.usefixtures("_duty")
@pytest.mark.parametrize("role", ["is_admin", "is_moderator"])
def test_members_pages_and_the_api_show_staff_nothing_without_one(role):
    staff = a_member("Ada Staff", **{role: True})
    kim = a_member("Kim Private", privacy_public=False)
    browser, program = browse(staff), api(staff)

    page = browser.get(f"/u/{kim.handle}")
    refused = program.get("/api/v1/blocks")

    assert page["Location"].startswith(f"{HOME}/second-step?next=")
    assert browser.post("/onboarding")["Location"].startswith(f"{HOME}/second-step")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    assert browser.get(HOME).status_code == browser.get(f"{HOME}/app").status_code == 200
    assert browser.post("/logout")["Location"] == "/"


@pytest.mark.usefixtures("_duty")
def test_with_one_staff_go_where_members_go(sam):
    staff = a_member("Ada Staff", is_moderator=True)
    a_phone(staff)

    assert browse(staff).get("/dashboard").status_code == 200
    assert api(staff).get("/api/v1/blocks").status_code == 200
    assert browse(sam).get("/dashboard").status_code == 200


def test_where_it_is_no_duty_staff_work_as_before():
    ada = a_member("Ada Admin", is_admin=True)

    assert browse(ada).get("/admin/").status_code == 200
    assert api(ada).get("/api/v1/admin/pending-payouts").status_code == 200


def test_a_code_of_the_second_factor_can_replace_the_password(sam):
    phone = a_phone(sam)
    browser = stale(browse(sam))

    wrong = browser.post("/confirm", {"code": "000000", "next": HOME})
    right = browser.post("/confirm", {"code": phone.code(), "next": HOME})

    assert wrong.status_code == 422
    assert right["Location"] == HOME


def test_members_without_a_password_are_told_what_to_do():
    olga = a_member("Olga Outside")
    olga.set_unusable_password()
    olga.save()

    assert "sign out and in again" in stale(browse(olga)).get("/confirm").content.decode()
