"""The production image works without the development packages."""

import os
import subprocess
import sys

from django.conf import settings

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
        "SECRET_KEY": "k" * 50,
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
