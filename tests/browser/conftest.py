"""Fixtures for browser tests: a running PeerLoop, a browser, and its users."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from conftest import SERVERS
from development import PROJECT
from tests.browser.person import Person
from tests.stack import Stack, clean_environment

SHOTS = PROJECT / "var" / "shots"
WITH_SHOTS = os.environ.get("PEERLOOP_SHOTS") == "1"
ARGUMENTS = [
    "--no-sandbox",
    # Ten frames a second are enough for a moving picture and cost half the processor time.
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"),
)


class Address(str):
    """The URL of the stack, with its data folder (mail is in `data_dir/mail`)."""

    data_dir: Path

    __slots__ = ("data_dir",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder as browser tests, and run them last."""
    here = Path(__file__).parent
    ours = [item for item in items if here in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.stack)
    items.sort(key=lambda item: here in item.path.parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Tell fixtures whether their test failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[Address]:
    """The URL of a running PeerLoop with demo data.

    `@pytest.mark.parametrize("stack", ["--no-demo"], indirect=True)` gives an empty one.
    """
    data_dir = SERVERS.folder / "stack"
    shutil.rmtree(data_dir, ignore_errors=True)
    options = str(getattr(request, "param", "")).split()
    running = Stack(data_dir, "--no-reload", *options, env=_environment())
    try:
        running.wait_until_ready()
        address = Address(running.url)
        address.data_dir = data_dir
        yield address
    finally:
        running.stop()
        shutil.rmtree(data_dir, ignore_errors=True)


def _environment() -> dict[str, str]:
    """On a database server given by the user, the stack gets an empty database of its own.

    All users share one IP address and sign in quickly, so rate limits, which have their own
    tests, are off.
    """
    environment = clean_environment(API_THROTTLES="0")
    if given := os.environ.get("PEERLOOP_TEST_GIVEN_DATABASE_URL"):
        name = f"{conninfo_to_dict(given).get('dbname', 'peerloop')}_stack"
        with psycopg.connect(given, dbname="postgres", autocommit=True) as connection:
            identifier = sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(identifier))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        environment["DATABASE_URL"] = make_conninfo(given, dbname=name)
    if given := os.environ.get("PEERLOOP_TEST_GIVEN_REDIS_URL"):
        environment["REDIS_URL"] = given
    return environment


def browser_path() -> str:
    """An installed Chromium; empty if there is none."""
    candidates = [os.environ.get("PEERLOOP_BROWSER", ""), *BROWSERS]
    return next((path for path in map(shutil.which, filter(None, candidates)) if path), "")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright."""
    # A busy machine must not fail tests.
    expect.set_options(timeout=10_000)
    with sync_playwright() as library:
        yield library


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests; each user gets a context of their own."""
    path = browser_path()
    try:
        browser = playwright.chromium.launch(executable_path=path or None, args=ARGUMENTS)
    except Error as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"No browser: {error}")
        pytest.skip("No browser on this machine. bin/test installs one.")
    yield browser
    browser.close()


@pytest.fixture
def person(
    request: pytest.FixtureRequest, stack: Address, chromium: Browser
) -> Iterator[Callable[..., Person]]:
    """`person("Sam")`: a user with a browser context of their own, with camera and microphone.

    Options are those of Playwright's new_context, such as `viewport` or `java_script_enabled`.
    After the test, any error in the console or of a request fails it.
    """
    people: list[Person] = []

    def arrive(name: str, **options: Any) -> Person:
        people.append(Person(name, chromium, base_url=str(stack), **options))
        return people[-1]

    yield arrive
    faults = [fault for each in people for fault in each.faults()]
    for each in people:
        if request.node.stash.get(FAILED, False) or faults:
            each.photograph(SHOTS / f"failed-{_plain(request.node.name)}-{_plain(each.name)}.png")
        each.leave()
    assert not faults, "\n".join(faults)


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """`shot(page, "dashboard")`: with PEERLOOP_SHOTS=1 a full-page screenshot in var/shots.

    Off by default, since it doubles the time of a test. A failed test always takes one.
    """

    def take(page: Page, name: str) -> Path:
        path = SHOTS / f"{_plain(name)}.png"
        if not WITH_SHOTS:
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True, animations="disabled")
        return path

    return take


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-")
