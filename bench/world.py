"""Django on the servers of the tests, with a temporary database."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

DATABASE = "peerloop_bench"


@contextlib.contextmanager
def empty_world(**environment: str) -> Iterator[None]:
    """A migrated, empty database for the block; ``environment`` sets variables for the settings."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from development import default_urls
    from development.testing import TestServers

    servers = TestServers.claim(postgres=True, redis=True)
    servers.start()
    database, redis = default_urls(servers.folder)
    os.environ |= {"DATABASE_URL": database, "REDIS_URL": redis, "PEERLOOP_TEST": "1"}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "peerloop.settings", **environment}
    import django

    django.setup()
    from django.db import connection

    from development.template_database import template_database

    template = template_database()
    try:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {template}")
        connection.close()
        connection.settings_dict["NAME"] = DATABASE
        os.environ["DATABASE_URL"] = database.replace("/peerloop?", f"/{DATABASE}?")
        yield
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        servers.stop()
