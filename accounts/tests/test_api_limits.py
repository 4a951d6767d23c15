"""Limits of the sign-in doors (rule AUTH-1): exact, per address and account, on page and API."""

import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.identity.actions.tokens import issue_tokens
from tests.cast import PASSWORD, a_member, api

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits_on(settings):
    settings.SIGN_IN_LIMITS = True


def post(path, body, address="192.0.2.1", **extra):
    return api().post(f"/api/v1{path}", body, format="json", REMOTE_ADDR=address, **extra)


def log_in(number=0, address="192.0.2.1", **extra):
    body = {"email": f"sam{number}@example.com", "password": "wrong"}
    return post("/auth/login", body, address, **extra).status_code


def test_the_eleventh_sign_in_within_a_minute_is_refused_and_says_when():
    with time_machine.travel(START, tick=False) as now:
        for number in range(10):
            assert log_in(number) == 401
            now.shift(timedelta(seconds=3))

        response = post("/auth/login", {"email": "x@example.com", "password": "wrong"})
        assert (response.status_code, response["Retry-After"]) == (429, "30")
        assert response.json()["code"] == "too_many_requests"

        now.shift(timedelta(seconds=29))
        assert log_in() == 429
        now.shift(timedelta(seconds=1))
        assert log_in() == 401
        assert log_in() == 429


def test_forged_proxy_headers_do_not_help():
    answers = [log_in(n, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}") for n in range(11)]

    assert answers == [401] * 10 + [429]


def test_one_ipv6_network_counts_as_one_address():
    answers = [log_in(n, address=f"2001:db8:1:2::{n}") for n in range(11)]

    assert answers == [401] * 10 + [429]
    assert log_in(address="2001:db8:1:3::1") == 401


def test_an_account_is_counted_from_wherever_and_however_it_is_spelt():
    spellings = ["sam@example.com", "SAM@example.com", " sam@Example.com"]
    answers = [
        post(
            "/auth/login",
            {"email": spellings[n % 3], "password": "wrong"},
            address=f"192.0.2.{n}",
        ).status_code
        for n in range(11)
    ]

    assert answers == [401] * 10 + [429]


def test_the_sixth_sign_up_within_a_minute_is_refused():
    answers = [
        post(
            "/auth/signup",
            {"name": "Sam", "email": f"sam{n}@example.com", "password": PASSWORD},
        ).status_code
        for n in range(6)
    ]

    assert answers == [201] * 5 + [429]


def test_both_paths_of_a_reset_share_one_limit_under_both_roots():
    a_member(email="sam@example.com")
    doors = [
        "/api/v1/auth/reset-password",
        "/api/auth/forgot-password",
        "/api/auth/reset-password",
        "/api/v1/auth/forgot-password",
    ]
    answers = [
        api().post(door, {"email": "sam@example.com"}, format="json").status_code for door in doors
    ]

    assert answers == [200, 200, 200, 429]


def test_a_reset_is_possible_again_after_an_hour():
    with time_machine.travel(START, tick=False) as now:
        for _ in range(3):
            post("/auth/reset-password", {"email": "sam@example.com"})
        response = post("/auth/reset-password", {"email": "sam@example.com"})
        assert response["Retry-After"] == "3600"
        now.shift(timedelta(hours=1))
        assert post("/auth/reset-password", {"email": "sam@example.com"}).status_code == 200


def test_page_and_api_share_one_count():
    page = Client()
    for n in range(5):
        log_in(n)
        page.post(
            "/login", {"email": f"tom{n}@example.com", "password": "x"}, REMOTE_ADDR="192.0.2.1"
        )

    refused = page.post(
        "/login", {"email": "tom@example.com", "password": "x"}, REMOTE_ADDR="192.0.2.1"
    )

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert b"tom@example.com" in refused.content


def _log_in_at_page(n, client):
    return client.post("/login", {"email": f"sam{n}@example.com", "password": "x"})


def _sign_up_at_page(n, client):
    body = {"name": "Sam", "email": f"sam{n}@page.example.com", "password": PASSWORD}
    return client.post("/signup", body)


def _sign_up(n, address):
    body = {"name": "Sam", "email": f"sam{n}@example.com", "password": PASSWORD}
    return post("/auth/signup", body, address)


# For each pair of doors: how many pass in turn, the one of the API, and the one of the pages.
TWINS = {
    "sign-in": (
        10,
        lambda n, at: post("/auth/login", {"email": f"a{n}@example.com", "password": "x"}, at),
        _log_in_at_page,
    ),
    "sign-up": (5, _sign_up, _sign_up_at_page),
    "forgotten password": (
        3,
        lambda n, at: post("/auth/forgot-password", {"email": f"a{n}@example.com"}, at),
        lambda n, client: client.post("/password/reset", {"email": f"b{n}@example.com"}),
    ),
    "new password": (
        10,
        lambda n, at: post(
            "/auth/reset-password/confirm", {"token": "x" * 43, "password": PASSWORD}, at
        ),
        lambda n, client: client.post(f"/password/reset/{'x' * 43}", {"password": PASSWORD}),
    ),
    "mail that proves an address": (
        20,
        lambda n, at: post("/auth/resend-verification", {"email": f"a{n}@example.com"}, at),
        lambda n, client: client.post("/verify-email", {"email": f"b{n}@example.com"}),
    ),
    "link that proves an address": (
        30,
        lambda n, at: post("/auth/verify-email", {"token": "x" * 43}, at),
        lambda n, client: client.post(f"/verify-email/{'x' * 43}"),
    ),
}


@pytest.mark.parametrize("twins", TWINS)
def test_a_page_and_its_twin_of_the_api_share_one_limit(twins):
    most, by_api, at_page = TWINS[twins]
    page = Client(REMOTE_ADDR="192.0.2.1")
    for n in range(most):
        answer = at_page(n, page) if n % 2 else by_api(n, "192.0.2.1")
        assert answer.status_code != 429, n
    assert by_api(most, "192.0.2.1").status_code == at_page(most, page).status_code == 429
    assert by_api(most, "192.0.2.2").status_code != 429


def test_signing_out_is_never_refused(settings):
    settings.API_THROTTLES = True
    sam = a_member()
    client, other = api(sam), api(sam)
    answers = [client.post("/api/v1/blocks", {}, format="json").status_code for _ in range(31)]
    assert answers[-1] == 429

    assert client.post("/api/v1/auth/logout").status_code == 204
    assert client.get("/api/v1/blocks").status_code == 401
    assert other.post("/api/v1/auth/logout").status_code == 204


def test_others_at_the_same_address_keep_no_member_from_refreshing(settings):
    settings.API_THROTTLES = True
    pair = issue_tokens(user=a_member())
    garbage = [post("/auth/refresh", {"refreshToken": f"x{n}"}).status_code for n in range(31)]
    assert garbage == [401] * 30 + [429]

    answer = post("/auth/refresh", {"refreshToken": pair.refresh})
    assert answer.status_code == 200
    tokens = answer.json()
    for _ in range(29):
        tokens = post("/auth/refresh", {"refreshToken": tokens["refreshToken"]}).json()
    assert post("/auth/refresh", {"refreshToken": tokens["refreshToken"]}).status_code == 429


def test_an_attempt_that_one_limit_refuses_counts_for_neither():
    body = {"email": "sam@example.com", "password": "wrong"}
    with time_machine.travel(START, tick=False) as now:
        for n in range(10):
            post("/auth/login", body, address=f"192.0.2.{n}")
        now.shift(timedelta(seconds=20))
        for _ in range(12):
            refused = post("/auth/login", body, address="203.0.113.9")
            assert (refused.status_code, refused["Retry-After"]) == (429, "40")
        now.shift(timedelta(seconds=40))
        assert post("/auth/login", body, address="203.0.113.9").status_code == 401


def test_retry_after_is_when_both_limits_have_room():
    body = {"email": "sam@example.com", "password": "wrong"}
    with time_machine.travel(START, tick=False) as now:
        for n in range(10):
            post("/auth/login", body, address=f"192.0.2.{n}")
        now.shift(timedelta(seconds=30))
        for n in range(10):
            log_in(n, address="203.0.113.9")

        refused = post("/auth/login", body, address="203.0.113.9")
        assert refused["Retry-After"] == "60"
        now.shift(timedelta(seconds=60))
        assert post("/auth/login", body, address="203.0.113.9").status_code == 401


@pytest.mark.parametrize(
    "body", [{}, {"email": "x"}, {"email": 7, "password": []}], ids=["none", "half", "kinds"]
)
def test_what_names_no_account_counts_for_its_place(body):
    answers = [post("/auth/login", body).status_code for _ in range(11)]

    assert answers[-1] == 429
    assert set(answers[:-1]) == {400}


def test_a_form_without_an_account_counts_for_its_place_too():
    answers = [
        Client().post("/login", {"email": ""}, REMOTE_ADDR="192.0.2.1").status_code
        for _ in range(11)
    ]

    assert answers == [422] * 10 + [429]


def test_others_cannot_lock_out_a_known_browser():
    a_member(email="sam@example.com")
    body = {"email": "sam@example.com", "password": PASSWORD}
    browser = Client(REMOTE_ADDR="203.0.113.9")
    assert browser.post("/login", body).status_code == 302
    browser.post("/logout")
    for n in range(12):
        wrong = {"email": "sam@example.com", "password": "wrong"}
        post("/auth/login", wrong, address=f"192.0.2.{n}")

    assert Client(REMOTE_ADDR="203.0.113.10").post("/login", body).status_code == 429
    assert browser.post("/login", body).status_code == 302


def test_the_limits_cannot_be_switched_off_in_production():
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1/none",
        "API_THROTTLES": "off",
    }
    code = "from peerloop import settings as s; print(s.API_THROTTLES, s.SIGN_IN_LIMITS)"

    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["False", "True"]


def test_the_limits_hold_without_redis(settings, monkeypatch):
    import redis

    def away(*args, **kwargs):
        raise redis.ConnectionError("away")

    monkeypatch.setattr(redis.connection.ConnectionPool, "get_connection", away)

    assert [log_in(n) for n in range(11)] == [401] * 10 + [429]


@pytest.mark.django_db(transaction=True)
def test_of_thirty_at_once_ten_pass():
    def try_once(number: int) -> int:
        try:
            return log_in(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(try_once, range(30)))

    assert sorted(answers) == [401] * 10 + [429] * 20


def test_no_address_of_a_person_lies_in_the_count():
    from accounts.models import RateHit

    log_in()

    assert not RateHit.objects.filter(subject__contains="sam").exists()
