"""A comment on the database that says which schema and data it was prepared with.

Comparing it takes milliseconds; asking Django whether migrations are missing takes seconds. The
note travels with the database and dies with it.
"""

import hashlib
import os
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from development.layout import PROJECT

EMPTY, FILLING, FILLED = "empty", "filling", "filled"

READ = (
    "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
    " WHERE datname = current_database()"
)
# Changes when somebody migrates by hand, so that the comment is no longer valid.
APPLIED = "SELECT count(*) || ':' || coalesce(max(id), 0) FROM django_migrations"


def code_hash() -> str:
    """Changes with any migration of ours, any version of a package, and what brings apps in."""
    seen = hashlib.sha256(sys.version.encode())
    # dj-stripe's tables are only there with Stripe (peerloop/settings/providers.py).
    chosen = os.environ.get("PAYMENT_PROVIDER", ""), bool(os.environ.get("STRIPE_SECRET_KEY"))
    seen.update(repr(chosen).encode())
    seen.update((PROJECT / "requirements.txt").read_bytes())
    for file in sorted(_migrations()):
        seen.update(str(file.relative_to(PROJECT)).encode() + file.read_bytes())
    return seen.hexdigest()[:16]


def is_prepared(database_url: str, *, with_demo: bool) -> bool:
    """Whether nothing needs to be done before the programs can start."""
    try:
        with psycopg.connect(database_url, connect_timeout=5) as connection:
            schema, state = read(connection)
            if schema != expected(connection):
                return False
    except psycopg.Error:
        return False
    return state == FILLED or (state == EMPTY and not with_demo)


def read(connection: psycopg.Connection) -> tuple[str, str]:
    """The comment: the schema, and the state of the data."""
    row = connection.execute(READ).fetchone()
    words = (row[0] or "").split() if row else []
    return (words[1], words[2]) if len(words) == 3 and words[0] == "peerloop" else ("", EMPTY)


def expected(connection: psycopg.Connection) -> str:
    """What the comment of a database says that was prepared by this code."""
    row = connection.execute(APPLIED).fetchone()
    return f"{code_hash()}/{row[0] if row else ''}"


def write(database_url: str, state: str) -> None:
    """Write the comment: this code's schema, and the state of the data."""
    with psycopg.connect(database_url, connect_timeout=5, autocommit=True) as connection:
        name = connection.info.dbname
        note = f"peerloop {expected(connection)} {state}"
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(note))
        )


def _migrations() -> list[Path]:
    return [*PROJECT.glob("*/migrations/*.py"), *PROJECT.glob("peerloop/*/migrations/*.py")]
