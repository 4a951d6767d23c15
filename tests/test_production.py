"""The production image works without the development packages."""

import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings

from peerloop.kit import environment

SERVERS = {
    "DATABASE_URL": "postgresql://peerloop@/peerloop?host=/nonexistent",
    "REDIS_URL": "unix:///nonexistent/redis.sock?db=0",
}
# The image lacks the package (.dockerignore); None makes importing it fail in the same way.
WITHOUT_DEVELOPMENT = "import sys; sys.modules['development'] = None\n"
START_ALL = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
settings.STATIC_ROOT = settings.DATA_DIR / "collected"
call_command("collectstatic", interactive=False, verbosity=0)
import peerloop.asgi, peerloop.celery, peerloop.operations.probe
peerloop.celery.app.loader.import_default_modules()
call_command("check")
"""


def start(program: str, **servers: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "peerloop.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "BASE_URL": "https://peerloop.example",
        "PEERLOOP_DATA_DIR": str(settings.DATA_DIR),
        **servers,
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT_DEVELOPMENT + program],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_processes_start_without_the_development_packages():
    done = start(START_ALL, **SERVERS)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_address_of_a_server_is_named():
    done = start("import django; django.setup()", DATABASE_URL=SERVERS["DATABASE_URL"])

    assert "Set DATABASE_URL and REDIS_URL" in done.stderr


@pytest.mark.parametrize(
    "key",
    ["k" * 50, "abcdefghij" * 5, secrets.token_urlsafe(30)],
    ids=["one letter", "ten letters", "too short"],
)
def test_a_secret_key_that_is_guessed_is_refused_with_the_cure(key):
    done = start("import django; django.setup()", **SERVERS, SECRET_KEY=key)

    assert "SECRET_KEY is too short or too regular. Make one with" in done.stderr


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex])
def test_random_keys_are_taken(make):
    assert not any(environment.is_weak(make(size)) for size in (38, 64) for _ in range(200))


def test_the_check_for_deployment_has_nothing_to_say():
    done = start(
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='WARNING')",
        **SERVERS,
    )

    assert (done.returncode, done.stderr) == (0, "")
