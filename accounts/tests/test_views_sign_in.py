"""/signup, /login, /logout."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.tests.mails import mails_to
from tests.cast import PASSWORD, a_member, browse

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAM = {"name": "Sam", "email": "sam@example.com", "password": PASSWORD, "role": "student"}


def is_in(client: Client) -> bool:
    return client.get("/settings/security").status_code == 200


def log_in(client: Client, **changes):
    return client.post("/login", {"email": "sam@example.com", "password": PASSWORD, **changes})


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def test_a_new_member_is_signed_in_and_returns_to_the_page_that_needed_it():
    client = Client()
    response = client.post(
        "/signup", {**SAM, "timezone": "Europe/Berlin", "next": "/courses/prompting"}
    )

    assert (response.status_code, response["Location"]) == (302, "/courses/prompting")
    assert is_in(client)
    assert User.objects.get().timezone == "Europe/Berlin"
    assert mails_to("sam@example.com") == ["Confirm your e-mail address"]


def test_a_refused_sign_up_shows_the_typed_values_but_not_the_password(sam):
    response = Client().post("/signup", {**SAM, "name": "Sam Again"})

    text = response.content.decode()
    assert response.status_code == 422
    assert "has an account already" in text
    assert 'value="Sam Again"' in text
    assert PASSWORD not in text


@pytest.mark.parametrize("field", ["name", "email", "password"])
def test_a_missing_field_is_named(field):
    response = Client().post("/signup", {**SAM, field: ""})

    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()


def test_password_managers_know_the_fields():
    signup, login = Client().get("/signup").content, Client().get("/login").content

    assert b'autocomplete="new-password"' in signup
    assert b'autocomplete="current-password"' in login
    assert b'autocomplete="username"' in login


def test_a_member_signs_in_with_a_new_session_id(sam):
    client = Client()
    client.get("/login")
    client.cookies["peerloop_session"] = "chosen-by-a-stranger"

    assert log_in(client)["Location"] == "/dashboard"
    assert client.cookies["peerloop_session"].value != "chosen-by-a-stranger"
    assert is_in(client)


@pytest.mark.parametrize(
    "changes", [{"password": "wrong"}, {"email": "nobody@example.com"}, {"email": "no address"}]
)
def test_one_neutral_error_for_all_wrong_credentials(sam, changes):
    response = log_in(Client(), **changes)

    assert response.status_code == 422
    assert "don&#x27;t belong together" in response.content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test",
        "///evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "http:///evil.test",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.test",
        " //evil.test",
        "https:evil.test",
        "http://testserver@evil.test/",
        "http://testserver.evil.test/",
        "evil.test",
        "//testserver:80@evil.test",
        "ftp://testserver/",
        "\x00//evil.test",
        "\r\nhttps://evil.test",
        "〱evil.test",
        "https://evil.test#testserver",
    ],
)
def test_sign_in_redirects_to_our_pages_only(sam, target):
    assert log_in(Client(), next=target)["Location"] == "/dashboard"


def test_signed_in_members_are_redirected(sam):
    assert browse(sam).get("/login?next=/learn")["Location"] == "/learn"


def test_a_page_for_members_redirects_to_sign_in_and_back(sam):
    client = Client()
    door = client.get("/settings/profile")["Location"]

    assert door == "/login?next=/settings/profile"
    assert 'name="next" value="/settings/profile"' in client.get(door).content.decode()


def test_a_suspended_member_is_out_at_the_next_request(sam):
    client = browse(sam)
    User.objects.filter(pk=sam.pk).update(suspended_at=START)

    assert not is_in(client)
    assert log_in(Client()).status_code == 422


def test_signing_out_ends_the_session_and_clears_the_browser(sam):
    client = browse(sam)
    assert client.get("/logout").status_code == 200
    assert is_in(client)

    response = client.post("/logout")

    assert response["Location"] == "/"
    assert '"cache"' in response["Clear-Site-Data"]
    assert not is_in(client)


def test_the_member_is_notified_of_a_new_browser_but_not_of_a_known_one(sam):
    client = Client()
    log_in(client)
    client.post("/logout")
    log_in(client)
    log_in(Client(HTTP_USER_AGENT="Other browser"))

    assert mails_to("sam@example.com") == ["New sign-in to your account"]


def test_the_time_zone_of_the_browser_is_stored_at_the_next_sign_in(sam):
    log_in(Client(), timezone="Asia/Tokyo")

    sam.refresh_from_db()
    assert sam.timezone == "Asia/Tokyo"


def test_a_member_stays_in_for_fourteen_idle_days_and_thirty_in_all(sam):
    with time_machine.travel(START, tick=False) as now:
        client = Client()
        log_in(client)
        now.shift(timedelta(days=13))
        assert is_in(client)
        now.shift(timedelta(days=13))
        assert is_in(client)
        now.shift(timedelta(days=5))
        assert not is_in(client)

        log_in(client)
        now.shift(timedelta(days=14, hours=2))
        assert not is_in(client)


def test_an_admin_stays_in_for_thirty_idle_minutes_and_twelve_hours_in_all(sam):
    User.objects.filter(pk=sam.pk).update(is_admin=True)
    with time_machine.travel(START, tick=False) as now:
        client = Client()
        log_in(client)
        for _ in range(27):
            now.shift(timedelta(minutes=26))
            assert is_in(client)
        now.shift(timedelta(minutes=26))
        assert not is_in(client)

        log_in(client)
        now.shift(timedelta(minutes=31))
        assert not is_in(client)


def test_a_form_without_its_token_is_refused(sam):
    client = Client(enforce_csrf_checks=True)

    assert log_in(client).status_code == 403
    assert client.post("/logout").status_code == 403


def test_a_form_from_another_site_is_refused(sam):
    client = browse(sam)

    response = client.post("/logout", headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 403
    assert is_in(client)


def test_the_page_says_nothing_to_caches(sam):
    for path in ["/login", "/signup"]:
        assert "no-store" in Client().get(path)["Cache-Control"]
