"""`python -m development.prepare [--demo]`: migrate, and seed an empty database."""

import logging
import sys
import time

import django
import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands

from development import schema_stamp

logger = logging.getLogger("peerloop.setup")


def prepare(*, with_demo: bool) -> None:
    """Bring the schema up to date and, if asked, fill a database that has no members yet.

    Safe to repeat, also after a run that was killed while filling.
    """
    url = settings.DATABASE_URL
    began = time.monotonic()
    call_command("migrate", verbosity=0, interactive=False)
    _say(f"schema is up to date ({time.monotonic() - began:.1f} s)")
    with psycopg.connect(url) as connection:
        _, state = schema_stamp.read(connection)
    is_new = not get_user_model().objects.exists()
    if not is_new and state != schema_stamp.FILLING:
        schema_stamp.write(url, schema_stamp.FILLED)
    elif with_demo and "seed_demo" in get_commands():
        began = time.monotonic()
        schema_stamp.write(url, schema_stamp.FILLING)
        call_command("seed_demo", verbosity=0)
        schema_stamp.write(url, schema_stamp.FILLED)
        _say(f"demo data is in ({time.monotonic() - began:.1f} s)")
    else:
        schema_stamp.write(url, schema_stamp.EMPTY)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    prepare(with_demo="--demo" in sys.argv[1:])
