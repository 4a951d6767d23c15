"""PostgreSQL and Redis for a run, durable as in production: fsync and synchronous commit are on."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.meter import children, command_of
from development.embedded import Embedded
from development.layout import ROLE, Layout
from development.places import postgres_binaries, settle
from development.postgres import DURABLE, Postgres
from development.redis import Redis

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "var" / "bench"
# Enough for sixteen threads in each of two workers of several servers.
SETTINGS = {**DURABLE, "max_connections": "250", "shared_buffers": "256MB"}


@dataclass(frozen=True)
class Stack:
    """The running servers."""

    layout: Layout
    postmaster: int

    @property
    def redis_url(self) -> str:
        """The URL of Redis."""
        return self.layout.redis_url

    def create_database(self, name: str) -> str:
        """Create an empty database with that name; returns its URL."""
        for statement in (
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name}",
        ):
            self.run(statement, database="postgres")
        return self.layout.url_of(name)

    def run(self, sql: str, *, database: str) -> None:
        """Run statements; raises if one fails."""
        psql = postgres_binaries(self.layout.account) / "psql"
        where = ["-h", str(self.layout.postgres_socket_dir), "-U", ROLE, "-d", database]
        flags = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        subprocess.run([psql, *where, *flags], input=sql.encode(), cwd="/", check=True)

    def backends_of(self, database: str) -> list[int]:
        """Process ids of the connections to one database."""
        title = f"postgres: {ROLE} {database} "
        return [pid for pid in children(self.postmaster) if command_of(pid).startswith(title)]


@contextlib.contextmanager
def stack() -> Iterator[Stack]:
    """Run new servers in ``var/bench`` for the block; data of an earlier run is deleted."""
    shutil.rmtree(FOLDER / "postgres", ignore_errors=True)
    shutil.rmtree(FOLDER / "redis", ignore_errors=True)
    layout = settle(FOLDER)
    shutil.rmtree(layout.postgres_data, ignore_errors=True)
    layout = settle(FOLDER)
    postgres = Postgres(layout, settings=SETTINGS)
    servers = Embedded(layout, postgres=postgres, redis=Redis(layout))
    servers.start()
    try:
        assert postgres.process is not None
        yield Stack(layout, postgres.process.pid)
    finally:
        servers.stop()
