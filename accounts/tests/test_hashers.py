"""Many sign-ins at once: passwords wait their turn for a bounded time (security ID-2)."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts.identity import hashers
from accounts.identity.hashers import BoundedArgon2Hasher, PasswordsBusy
from tests.cast import PASSWORD, a_member, api, browse


def test_a_password_is_checked():
    hasher = BoundedArgon2Hasher()
    encoded = hasher.encode(PASSWORD, "salt" * 6)

    assert hasher.verify(PASSWORD, encoded)
    assert not hasher.verify("wrong", encoded)


def test_hashing_gives_way_to_pages():
    nice = hashers.in_turn(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    assert nice >= hashers.NICE


@pytest.fixture
def _crowd():
    """As many requests as may hash or wait, until the test ends."""
    go_on = threading.Event()
    begun = threading.Semaphore(0)

    def hold():
        begun.release()
        go_on.wait(10)

    with ThreadPoolExecutor(hashers.MOST_WAITING) as crowd:
        jobs = [crowd.submit(hashers.in_turn, hold) for _ in range(hashers.MOST_WAITING)]
        begun.acquire(timeout=5)
        while hashers._places._value:
            pass
        yield
        go_on.set()
        for job in jobs:
            job.result()


@pytest.mark.usefixtures("_crowd")
def test_more_than_may_wait_are_refused_at_once():
    with pytest.raises(PasswordsBusy) as refused:
        hashers.in_turn(int)

    assert refused.value.retry_after == hashers.RETRY_AFTER


@pytest.mark.django_db
@pytest.mark.usefixtures("_crowd")
def test_a_sign_in_in_the_crowd_is_asked_to_try_again(settings):
    a_member(email="sam@example.com")
    settings.PASSWORD_HASHERS = ["accounts.identity.hashers.BoundedArgon2Hasher"]
    given = {"email": "sam@example.com", "password": PASSWORD}

    page = browse().post("/login", given)
    answer = api().post("/api/v1/auth/login", given, format="json")

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Try again in a few seconds" in page.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "busy"


def test_who_waits_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.05)
    go_on = threading.Event()
    with ThreadPoolExecutor(1) as other:
        job = other.submit(hashers._thread.submit(go_on.wait, 5).result)
        with pytest.raises(PasswordsBusy):
            hashers.in_turn(int)
        go_on.set()
        job.result()
