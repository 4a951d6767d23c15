"""For all tests: own servers, a database copied from a template, empty Redis, no network."""

import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import hypothesis
import pytest
import redis
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from development import default_urls
from development.processes import spawn, stop
from development.testing import TestServers

# Variables removed from the environment: with real keys a test would call the real provider.
FOREIGN = (
    *("PAYMENT_", "STRIPE_", "VIDEO_", "PLUGNMEET_", "BBB_", "FEED_", "STREAM_", "EMAIL_"),
    *("RESEND_", "SENTRY_", "STORAGE_", "CLAMD_", "FILE", "API_"),
    *("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL"),
    *("GOOGLE_CLIENT_", "GITHUB_CLIENT_", "STAFF_SECOND_", "PAYOUT_"),
    *("DEBUG", "PEERLOOP_DEMO", "LOG_FORMAT", "DEFAULT_FROM_EMAIL", "CONTACT_EMAIL"),
)
# On a Redis of the user's own, tests keep to this database number, and empty it; the processes of
# pytest-xdist to those before it.
REDIS_NUMBER_FOR_TESTS = 15
# Thresholds of the garbage collector, which rests while modules are imported: they stay.
RARELY = (50_000, 50, 100)
gc.disable()
# With pytest-xdist: the place that its main process claimed, and which of its processes this is.
RUN, PART = "PEERLOOP_TEST_RUN", "PYTEST_XDIST_WORKER"


def _given(name: str) -> str:
    """The value that the user set; pytest-xdist's processes inherit our changes of it."""
    return os.environ.setdefault(f"PEERLOOP_TEST_GIVEN_{name}", os.environ.get(name, ""))


def _own_redis_url(given: str) -> str:
    parts = urlsplit(given)
    number = REDIS_NUMBER_FOR_TESTS - int(os.environ.get(PART, "gw0").removeprefix("gw"))
    if parts.scheme == "unix":
        return urlunsplit(parts._replace(query=f"db={number}"))
    return urlunsplit(parts._replace(path=f"/{number}"))


def _servers(*, postgres: bool, redis: bool) -> TestServers:
    """Those of this run; the processes of pytest-xdist share the PostgreSQL of their parent."""
    if PART in os.environ:
        return TestServers.part_of(Path(os.environ[RUN]), os.environ[PART], redis=redis)
    servers = TestServers.claim(postgres=postgres, redis=redis)
    os.environ[RUN] = str(servers.folder)
    return servers


def _prepare_environment() -> TestServers:
    """Choose servers and set the environment, before Django's settings are read."""
    given_database, given_redis = _given("DATABASE_URL"), _given("REDIS_URL")
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    servers = _servers(postgres=not given_database, redis=not given_redis)
    database_url, _ = default_urls(Path(os.environ[RUN]))
    _, redis_url = default_urls(servers.folder)
    files = servers.folder / "files"
    shutil.rmtree(files, ignore_errors=True)
    os.environ |= {
        "DATABASE_URL": given_database or database_url,
        "REDIS_URL": _own_redis_url(given_redis) if given_redis else redis_url,
        "PEERLOOP_DATA_DIR": str(files),
        "PEERLOOP_TEST": "1",
        # The browser library runs an event loop in this thread, which Django would refuse.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    return servers


def _set_up_django() -> None:
    if settings.configured:
        raise pytest.UsageError(
            "Django's settings were read before the test environment was there. "
            "Unset DJANGO_SETTINGS_MODULE and leave out --ds."
        )
    os.environ["DJANGO_SETTINGS_MODULE"] = "peerloop.settings"
    django.setup()
    # Left set, it would make pytest-django read the settings too early in pytest-xdist's processes.
    del os.environ["DJANGO_SETTINGS_MODULE"]


SERVERS = _prepare_environment()
_set_up_django()

# Django must be set up first.
from tests.api_document import watch_answers  # noqa: E402
from tests.emptying import empty_few_tables  # noqa: E402
from tests.html_document import watch_pages  # noqa: E402

empty_few_tables()
# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile(
    "peerloop", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("peerloop")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Before its processes start: the server that they share, and the template, built meanwhile."""
    SERVERS.start_postgres()
    builder = spawn(
        [sys.executable, "-m", "development.template_database"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "peerloop.settings"},
        cwd=config.rootpath,
        output=subprocess.DEVNULL,
    )
    config.add_cleanup(lambda: stop(builder, signal.SIGTERM, seconds=5))


def pytest_collection_finish() -> None:
    """Modules and tests live to the end: keep the garbage collector from visiting them."""
    gc.freeze()
    gc.set_threshold(*RARELY)
    gc.enable()


def pytest_unconfigure() -> None:
    """Stop the servers; their place is free for the next run."""
    SERVERS.stop()


def _refuse_other_machines() -> None:
    """Refuse connections to other machines."""
    connect = socket.socket.connect
    allowed = {urlsplit(os.environ["REDIS_URL"]).hostname, "localhost", "::1"}

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            host = str(address[0])
            if host not in allowed and not host.startswith("127."):
                raise AssertionError(f"A test tried to connect to {host}.")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]


_refuse_other_machines()
watch_answers()
watch_pages()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Start the test servers and copy the database from a migrated template."""
    from django.db import connection

    from development.template_database import template_database

    SERVERS.start_postgres()
    with django_db_blocker.unblock():
        template = template_database()
    connection.settings_dict["TEST"] |= {"TEMPLATE": template, "MIGRATE": False}


@pytest.fixture(scope="session")
def redis_of_tests() -> Iterator[redis.Redis]:
    """The Redis of this process."""
    SERVERS.start_redis()
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    yield client
    client.close()


@pytest.fixture(autouse=True)
def _empty_redis(redis_of_tests: redis.Redis) -> None:
    """Empty Redis before each test."""
    redis_of_tests.flushdb()
