"""A migrated database that test databases are copied from: 30 ms instead of all migrations.

`python -m development.template_database` builds it ahead, while test processes start.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

PREFIX = "peerloop_template_"
BUILD_LOCK = 7_305_166_001


def template_database() -> str:
    """Name of a database with the schema of today's migrations; built if there is none yet.

    Several test processes may ask at the same time: one builds, the others wait.
    """
    name = PREFIX + _migrations_hash()
    with connection._nodb_cursor() as cursor:
        # Building takes longer than a request may.
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute("SET idle_session_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [BUILD_LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        existing = {row[0] for row in cursor.fetchall()}
        if name not in existing:
            for old in existing:
                cursor.execute(f'DROP DATABASE "{old}"')
            unfinished = f"{PREFIX}unfinished"
            cursor.execute(f'CREATE DATABASE "{unfinished}" TEMPLATE template0')
            _migrate(unfinished)
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _migrate(database: str) -> None:
    own_name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own_name


def _migrations_hash() -> str:
    """Changes with any migration of any installed app."""
    seen = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        module = settings.MIGRATION_MODULES.get(app.label, f"{app.name}.migrations")
        found = find_spec(module) if module else None
        if found is None or found.origin is None:
            continue
        for file in sorted(Path(found.origin).parent.glob("*.py")):
            seen.update(f"{app.label}/{file.name}".encode() + file.read_bytes())
    return seen.hexdigest()[:16]


if __name__ == "__main__":
    import django

    django.setup()
    template_database()
