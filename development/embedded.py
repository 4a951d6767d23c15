"""The embedded servers of a data folder: those whose address is not set in the environment."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from development.layout import Layout, ServiceError
from development.places import settle
from development.postgres import Postgres
from development.processes import wait_until
from development.redis import Redis

READY_SECONDS = 60.0


class Embedded:
    """PostgreSQL and Redis together, started and stopped in order."""

    def __init__(self, layout: Layout, *, postgres: Postgres | None, redis: Redis | None) -> None:
        self.layout = layout
        self.postgres = postgres
        self.redis = redis

    @classmethod
    def of_environment(cls, data_dir: Path) -> "Embedded":
        """Embedded servers for those of DATABASE_URL and REDIS_URL that are unset."""
        layout = settle(data_dir)
        return cls(
            layout,
            postgres=None if os.environ.get("DATABASE_URL") else Postgres(layout),
            redis=None if os.environ.get("REDIS_URL") else Redis(layout),
        )

    @property
    def servers(self) -> list[Postgres | Redis]:
        """In the order in which they start."""
        return [server for server in (self.redis, self.postgres) if server is not None]

    def start(self) -> None:
        """Start the embedded ones and wait until they answer."""
        for server in self.servers:
            server.start()

    def wait_until_ready(self) -> None:
        """Wait for servers that another process is starting."""
        waiting_for: list[Callable[[], bool]] = []
        if self.redis is not None:
            waiting_for.append(self.redis.is_ready)
        if self.postgres is not None:
            waiting_for.append(self.postgres.has_database)
        if not wait_until(lambda: all(ready() for ready in waiting_for), seconds=READY_SECONDS):
            raise ServiceError(
                f"Another process holds {self.layout.data_dir} but its servers do not answer. "
                "Stop it and try again."
            )

    def stop(self) -> None:
        """Stop the embedded ones, the database last. Safe to repeat."""
        for server in self.servers:
            server.stop()
        if self.layout.data_dir not in self.layout.socket_dir.parents:
            # A short-lived folder under /tmp, made because the data folder's path is too long.
            for folder in (self.layout.postgres_socket_dir, self.layout.socket_dir):
                with contextlib.suppress(OSError):
                    folder.rmdir()

    def addresses(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL of the servers run here, for the environment of children."""
        addresses = {}
        if self.postgres is not None:
            addresses["DATABASE_URL"] = self.layout.database_url
        if self.redis is not None:
            addresses["REDIS_URL"] = self.layout.redis_url
        return addresses
