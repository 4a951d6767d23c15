"""POST /auth/login, /auth/logout, /auth/refresh."""

import pytest

from accounts.models import User
from accounts.tests.mails import mails_to
from tests.cast import PASSWORD, a_member, api

pytestmark = pytest.mark.django_db
ROOTS = ["/api/v1", "/api"]


def log_in(email="sam@example.com", password=PASSWORD, root="/api/v1", **extra):
    body = {"email": email, "password": password}
    return api().post(f"{root}/auth/login", body, format="json", **extra)


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def bearer(token):
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.mark.parametrize("root", ROOTS)
def test_a_member_signs_in(sam, root):
    body = log_in(root=root).json()

    assert body["user"] == {
        "id": str(sam.pk),
        "name": sam.name,
        "email": "sam@example.com",
        "role": "student",
    }
    assert body["token"]
    assert body["refreshToken"]


@pytest.mark.parametrize("address", ["sam@localhost", "sam@printer.local"])
def test_an_address_that_is_refused_to_new_members_still_signs_in(address):
    a_member(email=address)

    assert log_in(email=address).status_code == 200


def test_the_letter_case_of_the_address_does_not_matter(sam):
    assert log_in(email=" SAM@Example.com ").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("sam@example.com", "wrong"),
        ("sam@example.com", PASSWORD + " "),
        ("sam@example.com", PASSWORD.upper()),
        ("nobody@example.com", PASSWORD),
        ("no address", PASSWORD),
        ("sam@example.com", "x" * 1_000),
    ],
)
def test_wrong_credentials_all_get_one_answer(sam, email, password):
    response = log_in(email, password)

    assert response.status_code == 401
    assert response.json() == {
        "code": "wrong_credentials",
        "detail": "This address and password don't belong together.",
        "fields": {},
    }


@pytest.mark.parametrize("body", [{}, {"email": "sam@example.com"}, {"password": PASSWORD}])
def test_missing_fields_are_named(sam, body):
    response = api().post("/api/v1/auth/login", body, format="json")

    assert response.status_code == 400
    assert set(response.json()["fields"]) == {"email", "password"} - set(body)


def test_a_closed_account_gets_the_same_answer_as_a_wrong_password(sam):
    User.objects.filter(pk=sam.pk).update(suspended_at=sam.created_at)

    assert log_in().json()["code"] == "wrong_credentials"


def test_an_unknown_address_costs_one_hash_like_a_known_one(sam, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(1) or encode(self, password, salt),
    )

    costs = []
    for email in ["sam@example.com", "nobody@example.com", "no address"]:
        hashed.clear()
        log_in(email, "wrong")
        costs.append(len(hashed))

    assert costs == [1, 1, 1]


def test_a_stale_token_beside_the_credentials_does_not_matter(sam):
    assert log_in(HTTP_AUTHORIZATION="Bearer stale").status_code == 200


def test_the_time_zone_of_the_browser_is_stored_if_none_was(sam):
    body = {"email": "sam@example.com", "password": PASSWORD, "timezone": "Asia/Tokyo"}
    api().post("/api/v1/auth/login", body, format="json")
    body["timezone"] = "Europe/Berlin"
    api().post("/api/v1/auth/login", body, format="json")

    sam.refresh_from_db()
    assert sam.timezone == "Asia/Tokyo"


def test_the_member_is_notified_of_a_new_api_client_but_not_of_a_known_one(sam):
    for agent in ["phone", "phone", "laptop"]:
        log_in(HTTP_USER_AGENT=agent)

    assert mails_to("sam@example.com") == ["New sign-in to your account"]


def test_signing_out_ends_both_tokens(sam):
    body = log_in().json()

    response = bearer(body["token"]).post("/api/v1/auth/logout")

    assert (response.status_code, response.content) == (204, b"")
    assert bearer(body["token"]).post("/api/v1/auth/logout").status_code == 401
    refreshed = api().post(
        "/api/v1/auth/refresh", {"refreshToken": body["refreshToken"]}, format="json"
    )
    assert refreshed.status_code == 401


def test_signing_out_leaves_other_sign_ins(sam):
    here, there = log_in().json(), log_in().json()

    bearer(here["token"]).post("/api/v1/auth/logout", {"refreshToken": "any"}, format="json")

    assert bearer(there["token"]).post("/api/v1/auth/logout").status_code == 204


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "bearer a.b.c", "Token x"])
def test_signing_out_needs_a_token(header):
    client = api()
    if header is not None:
        client.credentials(HTTP_AUTHORIZATION=header)

    response = client.post("/api/v1/auth/logout")

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert set(response.json()) == {"code", "detail", "fields"}


@pytest.mark.parametrize("name", ["refreshToken", "refresh_token"])
def test_a_refresh_token_is_traded_for_the_next_pair(sam, name):
    body = log_in().json()

    response = api().post("/api/v1/auth/refresh", {name: body["refreshToken"]}, format="json")

    assert response.status_code == 200
    assert set(response.json()) == {"token", "refreshToken"}
    assert bearer(response.json()["token"]).post("/api/v1/auth/logout").status_code == 204


def test_a_used_refresh_token_ends_the_whole_sign_in(sam):
    first = log_in().json()["refreshToken"]
    second = api().post("/api/v1/auth/refresh", {"refreshToken": first}, format="json").json()

    again = api().post("/api/v1/auth/refresh", {"refreshToken": first}, format="json")
    newest = api().post(
        "/api/v1/auth/refresh", {"refreshToken": second["refreshToken"]}, format="json"
    )

    assert (again.status_code, newest.status_code) == (401, 401)
    assert bearer(second["token"]).post("/api/v1/auth/logout").status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"refreshToken": ""}, 400),
        ({"refreshToken": None}, 400),
        ({"refreshToken": ["x"]}, 400),
        ({"refreshToken": "x" * 501}, 400),
        ({"refreshToken": "unknown"}, 401),
    ],
)
def test_a_bad_refresh_token_is_refused(body, status):
    response = api().post("/api/v1/auth/refresh", body, format="json")

    assert response.status_code == status
    assert response.json()["code"]


@pytest.mark.parametrize("body", [b"[]", b"nonsense", b'"x"', b"{", b"\xff", b"null", b"1"])
@pytest.mark.parametrize("door", ["signup", "login", "refresh", "reset-password", "verify-email"])
def test_a_body_that_is_no_object_is_refused(door, body):
    response = api().post(f"/api/v1/auth/{door}", body, content_type="application/json")

    assert response.status_code == 400
    assert set(response.json()) == {"code", "detail", "fields"}


def test_the_endpoints_accept_only_post():
    for door in ["signup", "login", "logout", "refresh", "reset-password", "forgot-password"]:
        assert api(a_member()).get(f"/api/v1/auth/{door}").status_code == 405
