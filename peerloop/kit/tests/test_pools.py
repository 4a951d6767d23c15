"""Pools of threads: what holds up one of them leaves the others free."""

import asyncio
import threading

import pytest

from peerloop.kit.early_refusals import EarlyRefusal
from peerloop.kit.pools import PAGES, PASSWORDS, Pool, pool_of


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/signup",
        "/password/reset/some-token",
        "/confirm",
        "/settings/security",
        *("/api/v1/auth/login", "/api/auth/login", "/api/v1/auth/signup"),
        "/api/v1/auth/reset-password/confirm",
    ],
)
def test_what_checks_or_sets_a_password_runs_in_its_own_pool(path):
    assert pool_of("POST", path) == PASSWORDS


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/login"), ("POST", "/logout"), ("POST", "/nowhere"), ("GET", "/courses")],
)
def test_all_else_runs_where_pages_do(method, path):
    assert pool_of(method, path) == PAGES


def test_who_finds_no_thread_in_time_is_told_when_to_try_again():
    go_on = threading.Event()

    async def crowd():
        pool = Pool(threads=1, wait_seconds=0.05, retry_after=7)
        first = asyncio.create_task(pool.run(go_on.wait))
        await asyncio.sleep(0)
        with pytest.raises(EarlyRefusal) as refused:
            await pool.run(int)
        go_on.set()
        await first
        return refused.value, await pool.run(int)

    refusal, result = asyncio.run(crowd())

    assert (refusal.status, refusal.retry_after, result) == (503, 7, 0)
